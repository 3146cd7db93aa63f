// SPDX-License-Identifier: Apache-2.0
//
// How fast the suite is ready, and what it takes when nobody asks anything.
#include <fstream>
#include <string>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "clients/cli/suite_process.h"
#include "common/base/clock.h"
#include "common/base/error.h"
#include "common/base/status_macros.h"
#include "tests/bench/bench.h"
#include "tests/support/files.h"

namespace plumbline::bench {
namespace {

// Resident memory in megabytes (10^6).
double ResidentMegabytes(pid_t pid) {
  std::ifstream status(absl::StrCat("/proc/", pid, "/status"));
  for (std::string line; std::getline(status, line);) {
    double kib;
    const std::vector<std::string> words =
        absl::StrSplit(line, absl::ByAnyChar(" \t"), absl::SkipEmpty());
    if (words.size() >= 2 && words[0] == "VmRSS:" && absl::SimpleAtod(words[1], &kib))
      return kib * 1024 / 1e6;
  }
  return 0;
}

}  // namespace

absl::StatusOr<std::vector<Figure>> Suite() {
  const base::SystemClock clock;
  std::vector<double> ready, resident;
  for (int i = 0; i < 5; ++i) {
    testing::TempDir folder;
    const Stopwatch watch;
    ASSIGN_OR_RETURN(auto suite,
                     cli::SuiteProcess::Start(Program("plumbline-suite"), folder.path(), clock));
    ready.push_back(watch.Seconds());
    resident.push_back(ResidentMegabytes(suite->pid()));
  }
  return std::vector<Figure>{{"suite.ready", Median(ready), "s"},
                             {"suite.idle_memory", Median(resident), "MB"}};
}

}  // namespace plumbline::bench
