// SPDX-License-Identifier: Apache-2.0
//
// Analytics as a person reads it on a terminal.
#ifndef PLUMBLINE_CLIENTS_CLI_REPORT_VIEW_H_
#define PLUMBLINE_CLIENTS_CLI_REPORT_VIEW_H_

#include <cstdint>
#include <iosfwd>
#include <string>

#include "google/protobuf/repeated_ptr_field.h"
#include "plumbline/analytics/v1/analytics.pb.h"

namespace plumbline::cli {

void PrintMap(const analytics::v1::ProcessMap& map, std::ostream& out);
// `total`: variants of the log.
void PrintVariants(const google::protobuf::RepeatedPtrField<analytics::v1::Variant>& variants,
                   int64_t total, std::ostream& out);
void PrintSteps(const google::protobuf::RepeatedPtrField<analytics::v1::StepTime>& steps,
                std::ostream& out);
void PrintPareto(const google::protobuf::RepeatedPtrField<analytics::v1::ParetoBar>& bars,
                 std::ostream& out);
void PrintReport(const analytics::v1::Report& report, std::ostream& out);
// "median 4.1 d, 95th percentile 9.0 d, mean ..., from ... to ..."
std::string Summary(const analytics::v1::DurationStatistics& statistics);
// "median ... to ...; 12 cases still open", of the durations of cases.
std::string CaseSummary(const analytics::v1::DurationStatistics& durations, int64_t open_cases);

}  // namespace plumbline::cli

#endif  // PLUMBLINE_CLIENTS_CLI_REPORT_VIEW_H_
