// SPDX-License-Identifier: Apache-2.0
//
// plumbline-bench [--json] [--targets FILE] [NAME...]: one line per figure: name, value, unit,
// target, holds or short. NAME is a benchmark (catalog.get) or a group of them (catalog).
#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <map>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "tests/bench/bench.h"

namespace plumbline::bench {

double Median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  return values.empty() ? 0 : values[(values.size() - 1) / 2];
}

std::string Program(const std::string& name) {
  const char* folder = std::getenv("PLUMBLINE_BIN_DIR");
  return absl::StrCat(folder == nullptr ? "build/release/bin" : folder, "/", name);
}

namespace {

struct Target {
  bool at_least;
  double value;
  std::string text;
};

// Rows of the table of targets: "| `onboarding.starts` | >= 1500 | ...".
std::map<std::string, Target> ReadTargets(const std::string& path) {
  std::map<std::string, Target> targets;
  std::ifstream file(path);
  for (std::string line; std::getline(file, line);) {
    const std::vector<std::string> cells = absl::StrSplit(line, '|');
    if (cells.size() < 4) continue;
    const std::string name(
        absl::StripPrefix(absl::StripSuffix(absl::StripAsciiWhitespace(cells[1]), "`"), "`"));
    const std::string text(absl::StripAsciiWhitespace(cells[2]));
    double value;
    if ((absl::StartsWith(text, ">=") || absl::StartsWith(text, "<=")) &&
        absl::SimpleAtod(text.substr(2), &value)) {
      targets[name] = {text[0] == '>', value, text};
    }
  }
  return targets;
}

void Print(const Figure& figure, const std::map<std::string, Target>& targets, bool json) {
  const auto target = targets.find(figure.name);
  const bool known = target != targets.end();
  const bool holds = known && (target->second.at_least ? figure.value >= target->second.value
                                                       : figure.value <= target->second.value);
  const char* verdict = !known ? "-" : holds ? "holds" : "short";
  if (json) {
    std::printf(
        "{\"name\":\"%s\",\"value\":%.6g,\"unit\":\"%s\",\"target\":\"%s\",\"verdict\":\"%s\"}\n",
        figure.name.c_str(), figure.value, figure.unit.c_str(),
        known ? target->second.text.c_str() : "", verdict);
  } else {
    std::printf("%-32s %14.6g  %-8s %-12s %s\n", figure.name.c_str(), figure.value,
                figure.unit.c_str(), known ? target->second.text.c_str() : "", verdict);
  }
  std::fflush(stdout);
}

// Whether `name` is that of `benchmark` or of its group. "mining" is all of the event engine: how
// logs are read and kept current, too.
bool Asks(const std::string& name, const Benchmark& benchmark) {
  if (name == "mining" &&
      (absl::StartsWith(benchmark.name, "import") || benchmark.name == "analytics"))
    return true;
  return benchmark.name == name || absl::StartsWith(benchmark.name, name + ".");
}

bool IsAsked(const std::vector<std::string>& names, const Benchmark& benchmark) {
  return names.empty() || std::any_of(names.begin(), names.end(), [&](const std::string& name) {
           return Asks(name, benchmark);
         });
}

int Unknown(const std::string& name, const std::vector<Benchmark>& all) {
  std::fprintf(stderr, "there is no benchmark '%s'; there are:", name.c_str());
  for (const Benchmark& benchmark : all) std::fprintf(stderr, " %s", benchmark.name.c_str());
  std::fprintf(stderr, "\n");
  return 2;
}

int Run(const std::vector<std::string>& arguments) {
  bool json = false;
  std::string targets_file = "docs/benchmarks.md";
  std::vector<std::string> names;
  for (size_t i = 0; i < arguments.size(); ++i) {
    if (arguments[i] == "--json")
      json = true;
    else if (arguments[i] == "--targets" && i + 1 < arguments.size())
      targets_file = arguments[++i];
    else
      names.push_back(arguments[i]);
  }
  const std::vector<Benchmark> all = {{"suite", Suite},
                                      {"catalog.get", CatalogGet},
                                      {"catalog.lists", CatalogLists},
                                      {"catalog.publish", CatalogPublish},
                                      {"catalog.diff", CatalogDiff},
                                      {"catalog.impact", CatalogImpact},
                                      {"catalog.load", CatalogLoad},
                                      {"catalog.bpmn", CatalogBpmn},
                                      {"catalog.calendar", CalendarAdds},
                                      {"onboarding.sqlite", OnboardingSqlite},
                                      {"onboarding.postgresql", OnboardingPostgresql},
                                      {"onboarding.queue", OnboardingQueue},
                                      {"onboarding.watchers", OnboardingWatchers},
                                      {"import", Imports},
                                      {"import.memory", ImportsToMemory},
                                      {"analytics", LiveLog},
                                      {"mining", Mining},
                                      {"mining.replicated", MiningReplicated},
                                      {"quality", Quality},
                                      {"quality.causes_by_event", CausesByEvent},
                                      {"quality.cohorts", Cohorts},
                                      {"quality.cascade", Cascades},
                                      {"quality.improvement", Improvements},
                                      {"quality.montecarlo_tree", Forecasts},
                                      {"mining.conformance", Conformance}};
  for (const std::string& name : names) {
    if (std::none_of(all.begin(), all.end(),
                     [&](const Benchmark& benchmark) { return Asks(name, benchmark); })) {
      return Unknown(name, all);
    }
  }
  const auto targets = ReadTargets(targets_file);
  int failed = 0;
  for (const Benchmark& benchmark : all) {
    if (!IsAsked(names, benchmark)) continue;
    const auto figures = benchmark.run();
    if (!figures.ok()) {
      std::fprintf(stderr, "%s: %s\n", benchmark.name.c_str(),
                   std::string(figures.status().message()).c_str());
      failed = 1;
      continue;
    }
    for (const Figure& figure : *figures) Print(figure, targets, json);
  }
  return failed;
}

}  // namespace
}  // namespace plumbline::bench

int main(int argc, char** argv) {
  return plumbline::bench::Run(std::vector<std::string>(argv + 1, argv + argc));
}
