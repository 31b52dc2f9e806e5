# What is generated at build time, and by which small program of tools/. Each generator writes a file only when its text
# changes, so that one more message or statement does not rebuild the house.
set(GEN ${CMAKE_BINARY_DIR}/gen)

add_library(cadre_base_for_tools STATIC src/base/arena.c src/base/str.c src/base/buf.c src/base/err.c)
target_link_libraries(cadre_base_for_tools PUBLIC cadre_flags)

function(cadre_tool name)
  add_executable(${name} tools/${name}.c ${ARGN})
  target_link_libraries(${name} PRIVATE cadre_base_for_tools)
endfunction()
cadre_tool(sqlgen tools/sqlgen_check.c tools/sqlgen_rules.c tools/sqlgen_write.c src/store/dialect.c)
target_link_libraries(sqlgen PRIVATE PkgConfig::SQLITE)
cadre_tool(viewgen tools/viewgen_decl.c tools/viewgen_html.c tools/viewgen_template.c)
cadre_tool(msggen)
target_link_libraries(msggen PRIVATE ${GETTEXTPO})
cadre_tool(embed)
target_link_libraries(embed PRIVATE PkgConfig::DEPS)

# SQL: src/**/x.sql -> gen/**/x_sql.h, gen/**/x_sql.c, gen/statements.c
file(GLOB_RECURSE SQL_FILES CONFIGURE_DEPENDS RELATIVE ${CMAKE_SOURCE_DIR}/src ${CMAKE_SOURCE_DIR}/src/*.sql)
file(GLOB MIGRATIONS CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/migrations/*.sql)
set(SQL_OUT ${GEN}/statements.c)
set(SQL_IN)
foreach(f ${SQL_FILES})
  string(REGEX REPLACE "\\.sql$" "_sql" stem ${f})
  list(APPEND SQL_OUT ${GEN}/${stem}.c)
  list(APPEND SQL_BY ${GEN}/${stem}.h)
  list(APPEND SQL_IN ${CMAKE_SOURCE_DIR}/src/${f})
endforeach()
add_custom_command(OUTPUT ${SQL_OUT} ${SQL_BY}
  COMMAND sqlgen ${GEN} ${CMAKE_SOURCE_DIR}/src ${CMAKE_SOURCE_DIR}/migrations ${SQL_FILES}
  DEPENDS sqlgen ${SQL_IN} ${MIGRATIONS} COMMENT "sqlgen" VERBATIM)

# Views: src/**/x.html -> gen/**/x_view.h, gen/**/x_view.c
file(GLOB_RECURSE VIEW_FILES CONFIGURE_DEPENDS RELATIVE ${CMAKE_SOURCE_DIR}/src ${CMAKE_SOURCE_DIR}/src/*.html)
set(VIEW_OUT)
foreach(f ${VIEW_FILES})
  string(REGEX REPLACE "\\.html$" "_view" stem ${f})
  add_custom_command(OUTPUT ${GEN}/${stem}.c ${GEN}/${stem}.h
    COMMAND viewgen ${GEN} ${CMAKE_SOURCE_DIR}/src ${f}
    DEPENDS viewgen ${CMAKE_SOURCE_DIR}/src/${f} COMMENT "viewgen ${f}" VERBATIM)
  list(APPEND VIEW_OUT ${GEN}/${stem}.c)
  list(APPEND VIEW_BY ${GEN}/${stem}.h)
endforeach()

# Messages: locale/<lang>/<catalog>.po -> gen/msg_<catalog>.h, gen/messages.c
file(GLOB PO_FILES CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/locale/*/*.po)
file(GLOB PO_ENGLISH CONFIGURE_DEPENDS RELATIVE ${CMAKE_SOURCE_DIR}/locale/en ${CMAKE_SOURCE_DIR}/locale/en/*.po)
foreach(f ${PO_ENGLISH})
  string(REGEX REPLACE "\\.po$" "" stem ${f})
  list(APPEND MSG_BY ${GEN}/msg_${stem}.h)
endforeach()
add_custom_command(OUTPUT ${GEN}/messages.c ${MSG_BY}
  COMMAND msggen ${GEN} ${CMAKE_SOURCE_DIR}/locale
  DEPENDS msggen ${PO_FILES} COMMENT "msggen" VERBATIM)

# Files inside the binary: migrations, static files (also compressed), starter content
file(GLOB_RECURSE EMBED_FILES CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/static/* ${CMAKE_SOURCE_DIR}/migrations/*.sql ${CMAKE_SOURCE_DIR}/content/*)
add_custom_command(OUTPUT ${GEN}/embedded.c
  COMMAND embed ${GEN}/embedded.c ${CMAKE_SOURCE_DIR} static migrations content
  DEPENDS embed ${EMBED_FILES} COMMENT "embed" VERBATIM)

set(GENERATED_SOURCES ${SQL_OUT} ${VIEW_OUT} ${GEN}/messages.c ${GEN}/embedded.c)
add_custom_target(generated DEPENDS ${SQL_OUT} ${SQL_BY} ${VIEW_OUT} ${VIEW_BY} ${GEN}/messages.c ${MSG_BY} ${GEN}/embedded.c)

# From which source this is built: only where it is meant to be used, so that a commit does not relink every test.
add_custom_target(source_stamp
  COMMAND ${CMAKE_COMMAND} -D TOP=${CMAKE_SOURCE_DIR} -D OUT=${GEN}/source.h -D STAMP=$<IF:$<CONFIG:Release>,ON,OFF>
          -P ${CMAKE_SOURCE_DIR}/cmake/source.cmake
  BYPRODUCTS ${GEN}/source.h VERBATIM)
add_dependencies(generated source_stamp)
