# Unit tests: every test/unit/test_*.c is one program. `./dev test` runs them and sums up.
enable_testing()
find_library(CMOCKA cmocka)
if(CMOCKA)
  file(GLOB UNIT_TESTS CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/test/unit/test_*.c)
  foreach(t ${UNIT_TESTS})
    get_filename_component(name ${t} NAME_WE)
    add_executable(${name} ${t})
    target_include_directories(${name} PRIVATE ${CMAKE_SOURCE_DIR}/test/unit)
    target_compile_definitions(${name} PRIVATE CADRE_SOURCE_DIR="${CMAKE_SOURCE_DIR}")
    target_link_libraries(${name} PRIVATE cadre_lib ${CMOCKA})
    add_test(NAME ${name} COMMAND ${name})
  endforeach()

  # Views that only the tests use, and the generators, whose refusals are tested too
  foreach(f sample/everything sample/card)
    add_custom_command(OUTPUT ${GEN}/${f}_view.c ${GEN}/${f}_view.h
      COMMAND viewgen ${GEN} ${CMAKE_SOURCE_DIR}/test/unit ${f}.html
      DEPENDS viewgen ${CMAKE_SOURCE_DIR}/test/unit/${f}.html COMMENT "viewgen ${f}" VERBATIM)
    list(APPEND SAMPLE_VIEWS ${GEN}/${f}_view.c ${GEN}/${f}_view.h)
  endforeach()
  target_sources(test_view PRIVATE ${SAMPLE_VIEWS})
  target_compile_definitions(test_view PRIVATE VIEWGEN="$<TARGET_FILE:viewgen>")
  target_compile_definitions(test_msg PRIVATE MSGGEN="$<TARGET_FILE:msggen>")
endif()

# Fuzzers: every test/fuzz/fuzz_*.c is one program, with clang's libFuzzer and the whole house instrumented. test/fuzz/run
# configures, builds and runs them.
option(CADRE_FUZZ "build the fuzzers (clang)" OFF)
if(CADRE_FUZZ)
  file(GLOB FUZZERS CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/test/fuzz/fuzz_*.c)
  foreach(t ${FUZZERS})
    get_filename_component(name ${t} NAME_WE)
    add_executable(${name} ${t})
    target_link_libraries(${name} PRIVATE cadre_lib)
    target_link_options(${name} PRIVATE -fsanitize=fuzzer)
    list(APPEND FUZZ_TARGETS ${name})
  endforeach()
  add_custom_target(fuzzers DEPENDS ${FUZZ_TARGETS})
endif()

# What the bench runs beside the program: test/bench/run builds and uses them.
foreach(t people writes bare_sqlite match match_make stats story)
  add_executable(bench_${t} EXCLUDE_FROM_ALL ${CMAKE_SOURCE_DIR}/test/bench/${t}.c)
endforeach()
target_link_libraries(bench_people PRIVATE cadre_lib)
target_link_libraries(bench_writes PRIVATE cadre_lib)
target_link_libraries(bench_match PRIVATE cadre_lib)
target_link_libraries(bench_match_make PRIVATE cadre_lib)
target_link_libraries(bench_stats PRIVATE cadre_lib)
target_link_libraries(bench_story PRIVATE cadre_lib)
target_link_libraries(bench_bare_sqlite PRIVATE cadre_flags PkgConfig::SQLITE)
