/* Calls that no file of Cadre makes: unbounded, locale-bound or not safe in threads. Included by base.h, so that one of
 * these in any file fails to compile. */
#ifndef CADRE_BASE_BANNED_H
#define CADRE_BASE_BANNED_H

#define CADRE_BANNED(name) cadre_##name##_is_banned_see_base_banned_h

#undef strcpy
#undef strcat
#undef strncpy
#undef strncat
#undef sprintf
#undef vsprintf
#undef gets
#undef strtok
#undef gmtime
#undef localtime
#undef ctime
#undef asctime
#undef atoi
#undef atol
#undef atof
#undef system
#undef alloca
#define strcpy(d, s) CADRE_BANNED(strcpy)
#define strcat(d, s) CADRE_BANNED(strcat)
#define strncpy(d, s, n) CADRE_BANNED(strncpy)
#define strncat(d, s, n) CADRE_BANNED(strncat)
#define sprintf(...) CADRE_BANNED(sprintf)
#define vsprintf(...) CADRE_BANNED(vsprintf)
#define gets(s) CADRE_BANNED(gets)
#define strtok(s, d) CADRE_BANNED(strtok)
#define gmtime(t) CADRE_BANNED(gmtime)
#define localtime(t) CADRE_BANNED(localtime)
#define ctime(t) CADRE_BANNED(ctime)
#define asctime(t) CADRE_BANNED(asctime)
#define atoi(s) CADRE_BANNED(atoi)
#define atol(s) CADRE_BANNED(atol)
#define atof(s) CADRE_BANNED(atof)
#define system(s) CADRE_BANNED(system)
#define alloca(n) CADRE_BANNED(alloca)

#endif
