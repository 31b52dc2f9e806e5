/* Signing in with an institution's own account: OpenID Connect, and a reverse proxy that says who somebody is (SAML). docs/sign-on.md. */
#ifndef CADRE_CAMPUS_OIDC_OIDC_H
#define CADRE_CAMPUS_OIDC_OIDC_H

#include "programme/people/people.h"

extern const struct capability oidc_capability;
/* What this adds to the pages about signing in and out: people_set_sign_on. */
extern const struct people_sign_on oidc_sign_on;

#endif
