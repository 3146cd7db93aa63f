// SPDX-License-Identifier: Apache-2.0
#ifndef PLUMBLINE_CLIENTS_CLI_RAMP_VIEW_H_
#define PLUMBLINE_CLIENTS_CLI_RAMP_VIEW_H_

#include <string>

#include "clients/cli/session.h"
#include "plumbline/onboarding/v1/ramp_service.pb.h"

namespace plumbline::cli {

// "2.5 d".
std::string Days(double days);

// A table of the cohorts and one of their milestones, and what is to be borne in mind.
void PrintCohorts(Session& session, const onboarding::v1::SummarizeCohortsResponse& response);

}  // namespace plumbline::cli

#endif  // PLUMBLINE_CLIENTS_CLI_RAMP_VIEW_H_
