// SPDX-License-Identifier: Apache-2.0
//
// BPI Challenge 2012 ten million events long: read from CSV and XES into columns, and what is asked
// of it then; on one thread. Without the log there are no figures.
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "common/base/status_macros.h"
#include "services/analytics/filter/log_part.h"
#include "services/analytics/filter/selection.h"
#include "services/analytics/ingest/importer.h"
#include "services/analytics/log/event_log.h"
#include "services/analytics/mining/process_map.h"
#include "services/analytics/mining/variants.h"
#include "tests/bench/bench.h"
#include "tests/bench/shared_logs.h"

namespace plumbline::bench {
namespace {

using analytics::EventLogBuilder;
using analytics::LogSnapshot;
using analytics::Selection;
using analytics::Traces;
using analytics::Variants;

constexpr int64_t kEvents = 10'000'000, kXesEvents = 2'000'000;
constexpr int kRepeats = 5;

// Gives one event in sixteen a number, 0 to 999, so that there is something to be filtered by.
void AddAmounts(analytics::EventBatch& batch) {
  constexpr size_t kEvery = 16;
  const uint32_t key = batch.attribute_keys.Intern("amount");
  batch.attributes.resize(batch.size() / kEvery);
  for (size_t i = 0; i < batch.attributes.size(); ++i) {
    analytics::EventAttribute& attribute = batch.attributes[i];
    attribute.row = static_cast<uint32_t>(kEvery * i);
    attribute.key = key;
    attribute.value = static_cast<int64_t>(i % 1000);
  }
}

// Seconds of reading `events` into the columns and dictionaries of a builder, which are not yet
// sorted.
absl::StatusOr<double> ReadInto(const ReplicatedLog& file, int64_t events, bool with_amounts,
                                EventLogBuilder& builder) {
  const auto append = [&](analytics::EventBatch batch) {
    if (with_amounts) AddAmounts(batch);
    builder.Append(batch);
    return absl::OkStatus();
  };
  ASSIGN_OR_RETURN(const auto importer, analytics::NewImporter(analytics::ImportOptions(), append));
  double seconds = 0;
  absl::Status status;
  const int64_t given = file.Feed(events, [&](absl::string_view piece) {
    const Stopwatch watch;
    if (status.ok()) status = importer->Feed(piece);
    seconds += watch.Seconds();
  });
  RETURN_IF_ERROR(status);
  const Stopwatch watch;
  ASSIGN_OR_RETURN(const analytics::ImportSummary summary, importer->Finish());
  seconds += watch.Seconds();
  if (summary.events != given) return absl::InternalError("events were lost");
  return seconds;
}

absl::StatusOr<double> EventsPerSecond(const ReplicatedLog& file, int64_t events) {
  std::vector<double> rates;
  for (int i = 0; i < 3; ++i) {
    EventLogBuilder builder;
    ASSIGN_OR_RETURN(const double seconds, ReadInto(file, events, false, builder));
    rates.push_back(static_cast<double>(events) / seconds);
  }
  return Median(std::move(rates));
}

template <class F>
double MedianSeconds(F f) {
  std::vector<double> seconds;
  for (int i = 0; i < kRepeats; ++i) {
    const Stopwatch watch;
    f();
    seconds.push_back(watch.Seconds());
  }
  return Median(std::move(seconds));
}

// What a question of a part of the log takes: finding its cases, copying their rows, its map.
absl::Status AddFiltered(const std::shared_ptr<const LogSnapshot>& log, const Traces& traces,
                         const Variants& variants, const std::string& name,
                         const std::string& filter, std::vector<Figure>* figures) {
  ASSIGN_OR_RETURN(const Selection selection, Selection::Compile("selection", {filter, "", false}));
  const auto select = [&] {
    return analytics::Select(selection,
                             {*log, traces, [&]() -> const Variants& { return variants; }},
                             [] { return absl::OkStatus(); })
        .value();
  };
  figures->push_back({absl::StrCat("mining.select_", name, "_10m"), MedianSeconds(select), "s"});
  const double map = MedianSeconds([&] {
    const Traces part(analytics::PartOf(*log, select()), {});
    analytics::MineProcessMap(part);
  });
  figures->push_back({absl::StrCat("mining.map_of_", name, "_10m"), map, "s"});
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<std::vector<Figure>> ImportsToMemory() {
  std::vector<Figure> figures;
  const ReplicatedLog csv = ReplicatedLog::Csv(), xes = ReplicatedLog::Xes();
  if (csv.present()) {
    ASSIGN_OR_RETURN(const double rate, EventsPerSecond(csv, kEvents));
    figures.push_back({"import.csv_memory", rate, "events/s"});
  }
  if (xes.present()) {
    ASSIGN_OR_RETURN(const double rate, EventsPerSecond(xes, kXesEvents));
    figures.push_back({"import.xes_memory", rate, "events/s"});
  }
  return figures;
}

absl::StatusOr<std::vector<Figure>> MiningReplicated() {
  const ReplicatedLog csv = ReplicatedLog::Csv();
  if (!csv.present()) return std::vector<Figure>();
  EventLogBuilder builder;
  RETURN_IF_ERROR(ReadInto(csv, kEvents, true, builder).status());
  const std::shared_ptr<const LogSnapshot> log = builder.Snapshot();
  const Traces traces(log, {});
  const double map = MedianSeconds([&] { analytics::MineProcessMap(traces); });
  const double variants = MedianSeconds([&] { Variants{traces}; });
  std::vector<Figure> figures = {{"mining.map_bpic2012_10m", map, "s"},
                                 {"mining.variants_bpic2012_10m", variants, "s"}};
  const Variants all(traces);
  const std::pair<const char*, const char*> kFilters[] = {
      {"path", "follows:\"A_PREACCEPTED > W_Completeren aanvraag\""},
      {"attribute", "attributes.amount > 500"},
      {"path_and_attribute",
       "eventually_follows:\"A_SUBMITTED > O_SENT\" AND attributes.amount > 500 AND duration > 1d"},
  };
  for (const auto& [name, filter] : kFilters)
    RETURN_IF_ERROR(AddFiltered(log, traces, all, name, filter, &figures));
  return figures;
}

}  // namespace plumbline::bench
