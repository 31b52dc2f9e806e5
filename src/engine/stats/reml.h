/* Components of variance by restricted maximum likelihood (Patterson, Thompson 1971): see gstudy.h. */
#ifndef CADRE_ENGINE_STATS_REML_H
#define CADRE_ENGINE_STATS_REML_H

#include "engine/stats/gstudy.h"

/* Fills the REML part of a fit whose Henderson part is there; the estimates by Henderson are where it begins. Newton
 * steps with the average of observed and expected information (Gilmour, Thompson, Cullis 1995, eq. 7), on the profile
 * of the residual's component, halved while the likelihood does not rise; a component that the score pushes below zero
 * is held at zero and let go when the score turns (Karush-Kuhn-Tucker). Where it cannot be done, reml_done is false and
 * why says why: no residual variance, too large, no convergence. */
void reml_fit(struct gstudy *g, struct gstudy_fit *fit);

#endif
