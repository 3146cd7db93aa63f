// SPDX-License-Identifier: Apache-2.0
//
// Imports of made-up logs into a suite of its own on SQLite, over gRPC from this process: until the
// answer, which means that the events are on disk.
#include <sstream>
#include <string>

#include "absl/strings/str_cat.h"
#include "clients/cli/importing.h"
#include "clients/cli/session.h"
#include "clients/cli/suite_process.h"
#include "clients/simulation/random.h"
#include "common/base/clock.h"
#include "common/base/status_macros.h"
#include "tests/bench/bench.h"
#include "tests/support/files.h"

namespace plumbline::bench {
namespace {

constexpr int kActivities = 25;
constexpr int kResources = 300;
constexpr int kEventsPerCase = 10;

std::string Time(int64_t seconds) {
  return absl::FormatTime("%Y-%m-%dT%H:%M:%E3S+00:00",
                          absl::FromUnixSeconds(1'600'000'000 + seconds), absl::UTCTimeZone());
}

std::string MakeCsv(int events) {
  simulation::Random random(3);
  std::string text = "case_id,activity,timestamp,resource,lifecycle\n";
  for (int i = 0; i < events; ++i) {
    const int number = i / kEventsPerCase;
    absl::StrAppend(&text, "case-", number, ",Activity number ", random.Below(kActivities), ",",
                    Time(number * 7LL + i % kEventsPerCase * 3600LL), ",person-",
                    random.Below(kResources), ",complete\n");
  }
  return text;
}

std::string MakeXes(int events) {
  simulation::Random random(3);
  std::string text = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<log xes.version=\"1.0\">\n";
  for (int number = 0; number < events / kEventsPerCase; ++number) {
    absl::StrAppend(&text, "<trace>\n<string key=\"concept:name\" value=\"case-", number, "\"/>\n");
    for (int i = 0; i < kEventsPerCase; ++i) {
      absl::StrAppend(&text, "<event>\n<string key=\"concept:name\" value=\"Activity number ",
                      random.Below(kActivities),
                      "\"/>\n<string key=\"lifecycle:transition\" value=\"complete\"/>\n<string "
                      "key=\"org:resource\" value=\"person-",
                      random.Below(kResources), "\"/>\n<date key=\"time:timestamp\" value=\"",
                      Time(number * 7LL + i * 3600LL), "\"/>\n</event>\n");
    }
    text += "</trace>\n";
  }
  return text + "</log>\n";
}

absl::StatusOr<double> EventsPerSecond(cli::Session& session, const std::string& prefix,
                                       const std::string& text, int events) {
  std::vector<double> rates;
  for (int round = 0; round < 3; ++round) {
    analytics::v1::ImportHeader header;
    header.set_parent(session.parent());
    header.set_event_log_id(absl::StrCat(prefix, round));
    analytics::v1::ImportEventLogResponse response;
    const Stopwatch watch;
    RETURN_IF_ERROR(cli::ImportText(
        session, header, [&](const cli::Feed& feed) { return feed(text); }, &response));
    rates.push_back(events / watch.Seconds());
    if (response.event_count() != events) return absl::InternalError("events were lost");
  }
  return Median(rates);
}

}  // namespace

absl::StatusOr<std::vector<Figure>> Imports() {
  const base::SystemClock clock;
  testing::TempDir folder;
  ASSIGN_OR_RETURN(auto suite,
                   cli::SuiteProcess::Start(Program("plumbline-suite"), folder.path(), clock));
  std::ostringstream out, err;
  cli::GlobalOptions options;
  options.address = suite->address();
  options.timeout_seconds = 600;
  cli::Session session(options, clock, {out}, err);
  constexpr int kCsvEvents = 2'000'000, kXesEvents = 600'000;
  ASSIGN_OR_RETURN(const double csv,
                   EventsPerSecond(session, "csv-", MakeCsv(kCsvEvents), kCsvEvents));
  ASSIGN_OR_RETURN(const double xes,
                   EventsPerSecond(session, "xes-", MakeXes(kXesEvents), kXesEvents));
  return std::vector<Figure>{{"import.csv", csv, "events/s"}, {"import.xes", xes, "events/s"}};
}

}  // namespace plumbline::bench
