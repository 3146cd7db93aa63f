// SPDX-License-Identifier: Apache-2.0
//
// Analytics as a person reads it.
#ifndef PLUMBLINE_CLIENTS_CLI_REPORT_VIEW_H_
#define PLUMBLINE_CLIENTS_CLI_REPORT_VIEW_H_

#include <cstdint>
#include <set>
#include <string>

#include "absl/strings/string_view.h"
#include "clients/cli/terminal.h"
#include "clients/cli/units.h"
#include "google/protobuf/repeated_ptr_field.h"
#include "plumbline/analytics/v1/analytics.pb.h"

namespace plumbline::cli {

// Everything on one page, what to fix first at the top. Its times are of the wall clock, and told
// in days of 24 hours, also on paper of a calendar.
void PrintReport(const analytics::v1::Report& report, const Paper& any_paper);

// Activities, then edges.
void PrintMap(const analytics::v1::ProcessMap& map, const Paper& paper);
// With what cases begin and end, then the edges: what a report needs beside the times per step.
// Edges that lead to one of the `planned` steps are marked.
void PrintMapInBrief(const analytics::v1::ProcessMap& map, const std::set<std::string>& planned,
                     const Paper& paper);

using VariantList = google::protobuf::RepeatedPtrField<analytics::v1::Variant>;
// Every sequence in full. `total`: variants of the log.
void PrintVariants(const VariantList& variants, int64_t total, const Paper& paper);
// Sequences that begin like the first one say only where they leave it; where no two cases are
// alike, that is said, with the first few. `cases`: of the log.
void PrintVariantsInBrief(const VariantList& variants, int64_t total, int64_t cases,
                          const Paper& paper);

// `omitted`: what the lists left out.
void PrintSteps(const google::protobuf::RepeatedPtrField<analytics::v1::StepTime>& steps,
                const analytics::v1::Omitted& omitted, const Paper& paper);
void PrintPareto(const google::protobuf::RepeatedPtrField<analytics::v1::ParetoBar>& bars,
                 const analytics::v1::Omitted& omitted, const Paper& paper);

// "UTILITY_DOWN / e-signature" -> "utility down / e-signature".
std::string CauseWords(std::string cause);

// "median 4.1 d, 95 % within 9.0 d, mean ..., shortest ..., longest ..."
std::string Summary(const analytics::v1::DurationStatistics& statistics,
                    const SpanWords& span = {});
// The same of cases, "...; 12 cases still open".
std::string CaseSummary(const analytics::v1::DurationStatistics& durations, int64_t open_cases,
                        const SpanWords& span = {});

}  // namespace plumbline::cli

#endif  // PLUMBLINE_CLIENTS_CLI_REPORT_VIEW_H_
