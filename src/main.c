/* Cadre: runs leadership programmes in medical education. This file says what the house consists of: the capabilities and the
 * verbs. Nothing else knows them all. */
#include <sodium.h>

#include "campus/badge/badge.h"
#include "campus/case/case_framework.h"
#include "campus/key/key.h"
#include "campus/lti/lti.h"
#include "campus/medbiq/medbiq.h"
#include "campus/oidc/oidc.h"
#include "campus/roster/import.h"
#include "campus/scim/scim.h"
#include "campus/xapi/xapi.h"
#include "command/command.h"
#include "command/site.h"
#include "command/verbs.h"
#include "programme/calendar/calendar.h"
#include "programme/commend/commend.h"
#include "programme/curriculum/curriculum.h"
#include "programme/draw/draw.h"
#include "programme/evidence/evidence.h"
#include "programme/feedback/feedback.h"
#include "programme/feedback/report.h"
#include "programme/framework/framework.h"
#include "programme/home/home.h"
#include "programme/guide/guide.h"
#include "programme/handover/handover.h"
#include "programme/improve/improve.h"
#include "programme/hours/hours.h"
#include "programme/instrument/instrument.h"
#include "programme/ledger/ledger.h"
#include "programme/matching/matching.h"
#include "programme/mentor/mentor.h"
#include "programme/observe/observe.h"
#include "programme/pack/pack.h"
#include "programme/panel/panel.h"
#include "programme/people/people.h"
#include "programme/placement/placement.h"
#include "programme/plan/plan.h"
#include "programme/portfolio/portfolio.h"
#include "programme/practice/practice.h"
#include "programme/privacy/privacy.h"
#include "programme/programme/programme.h"
#include "programme/reflect/reflect.h"
#include "programme/rota/rota.h"

const struct capability *const all_capabilities[] = {
    &portfolio_capability,
    &home_capability,    &calendar_capability, &curriculum_capability, &evidence_capability, &framework_capability, &case_capability,
    &xapi_capability, /* forgets people by their addresses, so before those are forgotten */
    &scim_capability,
    &case_service_capability,
    &medbiq_capability,
    &people_capability, &programme_capability,  &privacy_capability,   &roster_capability, &key_capability, &badge_capability,
    &oidc_capability,
    &lti_capability,
    &observe_capability, &feedback_capability, &report_capability, &commend_capability, &panel_capability,
    &mentor_capability,  &matching_capability, &instrument_capability,
    &plan_capability,    &reflect_capability,  &practice_capability, &draw_capability, &appraisal_capability,
    &placement_capability, &rota_capability, &hours_capability, &improve_capability, &handover_capability, &ledger_capability, &pack_capability,
    &guide_capability,
};
const size_t capability_count = COUNT_OF(all_capabilities);

/* Who has left: first what she learns, then the round she is in. */
static enum rc left(struct db *tx, int64_t person, int64_t programme, int64_t now)
{
    TRY(curriculum_left(tx, person, programme, now));
    return feedback_left(tx, person, programme, now);
}

/* Who came from a learning platform: her result goes back there. */
static enum rc session_finished(struct db *tx, int64_t person, int64_t session, int64_t now)
{
    return lti_finished(tx, person, "session", session, now);
}

static enum rc exercise_finished(struct db *tx, int64_t person, int64_t exercise, int64_t now)
{
    return lti_finished(tx, person, "exercise", exercise, now);
}

int main(int argc, char **argv)
{
    if (sodium_init() < 0) {
        command_say("no source of random numbers");
        return EXIT_REFUSED;
    }
    home_set_sources(all_capabilities, capability_count);
    calendar_set_sources(all_capabilities, capability_count);
    evidence_set_sources(all_capabilities, capability_count);
    privacy_set_sources(all_capabilities, capability_count);
    framework_add_format(&case_format);
    people_set_sign_on(&oidc_sign_on);
    programme_on_joined(curriculum_joined);
    programme_on_left(left);
    programme_on_left(curriculum_left);
    mentor_on_commendations(commend_of_mentor);
    panel_on_hours(hours_for_panel);
    curriculum_on_finished(session_finished);
    practice_on_finished(exercise_finished);
    return command_main(argc, argv);
}
