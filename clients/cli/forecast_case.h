// SPDX-License-Identifier: Apache-2.0
//
// forecast --case: when one case will be finished.
#ifndef PLUMBLINE_CLIENTS_CLI_FORECAST_CASE_H_
#define PLUMBLINE_CLIENTS_CLI_FORECAST_CASE_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/time/time.h"
#include "clients/cli/commands.h"
#include "clients/cli/selection_flags.h"
#include "plumbline/analytics/v1/forecast_service.pb.h"

namespace plumbline::cli {

struct CaseForecastFlags {
  std::string id, process, as_of, by, calendar;
  bool fresh = false;
  double noise = -1;  // below 0: not given
  std::vector<std::string> assumptions;

  bool any() const { return fresh || !id.empty(); }
};

// Adds --case, --new-case and what goes with them. `flags` must outlive the command.
void AddCaseForecastFlags(args::Command& command, CaseForecastFlags* flags);

// What forecasts of any kind take.
struct ForecastFlags {
  std::string log, zone;
  int history = 0;
  int64_t runs = 0;
  uint64_t seed = 0;
  std::vector<double> confidences;
  SelectionFlags selection;
};
// What is of one case says nothing where no case is asked for.
absl::Status CheckWithoutCase(const CaseForecastFlags& flags);
absl::Status ForecastCase(Session& session, const CaseForecastFlags& flags,
                          const ForecastFlags& common);

// A forecast as a person reads it, with times of `zone`.
void PrintCaseForecast(const analytics::v1::ForecastCaseRequest& request,
                       const analytics::v1::ForecastCaseResponse& forecast, const Paper& paper,
                       const absl::TimeZone& zone = absl::UTCTimeZone());

}  // namespace plumbline::cli

#endif  // PLUMBLINE_CLIENTS_CLI_FORECAST_CASE_H_
