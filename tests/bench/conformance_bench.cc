// SPDX-License-Identifier: Apache-2.0
//
// Conformance of real event logs with the models that were discovered in them: token replay and
// optimal alignments. Without the logs and models (shared_logs.h) there are no figures.
#include <google/protobuf/struct.pb.h>
#include <google/protobuf/util/json_util.h>

#include <algorithm>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "services/analytics/conformance/check.h"
#include "tests/bench/bench.h"
#include "tests/bench/shared_logs.h"

namespace plumbline::bench {
namespace {

using analytics::conformance::CheckOptions;
using analytics::conformance::CheckResult;
using analytics::conformance::LogVariant;
using analytics::conformance::Method;
using analytics::conformance::ModelNode;
using analytics::conformance::VariantLog;

constexpr int kThreads = 2;
constexpr int kRepeats = 5;

// Rows case_id,activity,timestamp,..., times all in one format, so that they sort as text.
VariantLog ReadLog(const std::string& csv) {
  std::map<std::string, std::vector<std::pair<std::string, std::string>>> cases;
  for (const absl::string_view line : absl::StrSplit(csv, '\n', absl::SkipEmpty())) {
    const std::vector<std::string> cells = absl::StrSplit(line, ',');
    if (cells[0] != "case_id") cases[cells[0]].emplace_back(cells[2], cells[1]);
  }
  VariantLog log;
  std::map<std::string, uint32_t> numbers;
  std::map<std::vector<uint32_t>, int64_t> variants;
  for (auto& [name, events] : cases) {
    std::stable_sort(events.begin(), events.end(),
                     [](const auto& a, const auto& b) { return a.first < b.first; });
    std::vector<uint32_t> activities;
    for (const auto& [time, activity] : events) {
      const auto [at, added] = numbers.try_emplace(activity, numbers.size());
      if (added) log.activities.push_back(activity);
      activities.push_back(at->second);
    }
    ++variants[activities];
  }
  for (const auto& [activities, count] : variants) log.variants.push_back({activities, count});
  return log;
}

struct Reference {
  VariantLog log;
  ModelNode im, imf;
};

absl::StatusOr<Reference> Read(const std::string& name) {
  google::protobuf::Struct json;
  const auto status = google::protobuf::util::JsonStringToMessage(
      ReadShared(absl::StrCat("reference/", name, ".json")), &json);
  if (!status.ok()) return absl::NotFoundError(name);
  const auto tree = [&](const std::string& key) {
    return analytics::conformance::ParseModel(
        json.fields().at(key).struct_value().fields().at("tree").string_value());
  };
  const auto im = tree("inductive_miner"), imf = tree("inductive_miner_f_0.2_counts_fixed");
  if (!im.ok() || !imf.ok()) return im.ok() ? imf.status() : im.status();
  return Reference{ReadLog(ReadShared(absl::StrCat("data/logs/", name, ".csv.gz"))), *im, *imf};
}

std::vector<std::string> Names() {
  std::vector<std::string> names;
  std::error_code error;
  for (const auto& entry :
       std::filesystem::directory_iterator(SharedFolder() + "/data/logs", error)) {
    const std::string file = entry.path().filename();
    if (absl::EndsWith(file, ".csv.gz")) names.push_back(file.substr(0, file.size() - 7));
  }
  std::sort(names.begin(), names.end());
  return names;
}

// Seconds of a check, the middle of several; `result` is the last.
double Seconds(const ModelNode& model, const VariantLog& log, Method method, CheckResult& result) {
  CheckOptions options;
  options.method = method;
  options.align.threads = kThreads;
  std::vector<double> seconds;
  for (int i = 0; i < kRepeats; ++i) {
    const Stopwatch watch;
    result = analytics::conformance::Check(model, log, options).value();
    seconds.push_back(watch.Seconds());
  }
  return Median(std::move(seconds));
}

// Seconds that a time budget ends after which is too short to align all, summing up what was found
// included; the middle of several. `all`: whether all was aligned all the same.
double SecondsOfBudget(const ModelNode& model, const VariantLog& log, absl::Duration budget,
                       bool& all) {
  int64_t events = 0;
  for (const LogVariant& variant : log.variants) {
    events += static_cast<int64_t>(variant.activities.size());
  }
  const double search = absl::ToDoubleSeconds(analytics::conformance::SearchTime(budget, events));
  std::vector<double> seconds;
  for (int i = 0; i < kRepeats; ++i) {
    const Stopwatch watch;
    CheckOptions options;
    options.align.threads = kThreads;
    options.align.expired = [&] { return watch.Seconds() >= search; };
    const CheckResult result = analytics::conformance::Check(model, log, options).value();
    seconds.push_back(watch.Seconds());
    all = std::all_of(result.alignments.begin(), result.alignments.end(),
                      [](const auto& alignment) { return alignment.optimal; });
  }
  return Median(std::move(seconds));
}

// A third of the time that the whole takes as its budget.
void AddBudget(const Reference& reference, std::vector<Figure>& figures) {
  CheckResult whole;
  const double budget = Seconds(reference.im, reference.log, Method::kAlign, whole) / 3;
  bool all = false;
  const double used = SecondsOfBudget(reference.im, reference.log, absl::Seconds(budget), all);
  figures.push_back({"mining.alignment_budget", 1'000 * budget, "ms"});
  figures.push_back({"mining.alignment_budget_time", 1'000 * used, "ms"});
  if (!all) figures.push_back({"mining.alignment_budget_used", used / budget, "ratio"});
}

}  // namespace

absl::StatusOr<std::vector<Figure>> Conformance() {
  std::vector<Figure> figures;
  double least_share = 1;
  for (const std::string& name : Names()) {
    const absl::StatusOr<Reference> reference = Read(name);
    if (!reference.ok()) continue;  // a log without a model
    double seconds = 0;
    for (const ModelNode& model : {reference->im, reference->imf}) {
      CheckResult result;
      seconds += Seconds(model, reference->log, Method::kAlign, result);
      const auto proven = std::count_if(result.alignments.begin(), result.alignments.end(),
                                        [](const auto& alignment) { return alignment.optimal; });
      least_share = std::min(
          least_share, static_cast<double>(proven) / static_cast<double>(result.alignments.size()));
    }
    figures.push_back({absl::StrCat("mining.alignments_", name), seconds, "s"});
    if (name != "bpic2012") continue;
    CheckResult result;
    for (const auto& [suffix, model] : {std::pair("", &reference->imf), {"_im", &reference->im}}) {
      figures.push_back({absl::StrCat("mining.token_replay_bpic2012", suffix),
                         1'000 * Seconds(*model, reference->log, Method::kReplay, result), "ms"});
    }
    AddBudget(*reference, figures);
  }
  if (!figures.empty()) figures.push_back({"mining.alignments_proven", least_share, "ratio"});
  return figures;
}

}  // namespace plumbline::bench
