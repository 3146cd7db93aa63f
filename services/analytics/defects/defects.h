// SPDX-License-Identifier: Apache-2.0
//
// What was not right the first time, step by step and case by case.
#ifndef PLUMBLINE_SERVICES_ANALYTICS_DEFECTS_DEFECTS_H_
#define PLUMBLINE_SERVICES_ANALYTICS_DEFECTS_DEFECTS_H_

#include <array>
#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "services/analytics/flow/case_time.h"
#include "services/analytics/mining/process_map.h"

namespace plumbline::analytics {

class CaseEnds;

// See DefectSource in yield.proto.
enum class DefectSource { kRework, kFailedVerification, kWaived, kMissedTarget, kReported };
inline constexpr std::array kDefectSources = {
    DefectSource::kRework, DefectSource::kFailedVerification, DefectSource::kWaived,
    DefectSource::kMissedTarget, DefectSource::kReported};
inline constexpr size_t kDefectSourceCount = kDefectSources.size();

// A set of sources.
class DefectSources {
 public:
  static DefectSources All() {
    DefectSources all;
    for (const DefectSource source : kDefectSources) all.Add(source);
    return all;
  }
  void Add(DefectSource source) { bits_ |= BitOf(source); }
  bool Has(DefectSource source) const { return (bits_ & BitOf(source)) != 0; }
  bool empty() const { return bits_ == 0; }
  DefectSources operator&(DefectSources other) const { return DefectSources(bits_ & other.bits_); }
  bool operator==(const DefectSources&) const = default;
  DefectSources() = default;

 private:
  explicit DefectSources(unsigned bits) : bits_(bits) {}
  static unsigned BitOf(DefectSource source) { return 1U << static_cast<unsigned>(source); }
  unsigned bits_ = 0;
};

// A case at a step that it came to: that it completed, left out, or is late with (of a case that
// has ended, or of a log that marks no ends, only what was done).
struct StepVisit {
  uint32_t case_number = 0;
  uint32_t activity = 0;
  bool case_ended = true;             // else what the case has not come to is not known yet
  DefectSources told;                 // sources that would tell of a defect here
  DefectSources defects;              // those that do
  std::vector<std::string> reported;  // what was reported, each once, without "rejected"
  int64_t completed = 0;              // occurrences
  // Of the completed occurrences after the first, microseconds; of all, for comparison.
  StepTimes rework;
  int64_t rework_without_start = 0;
  int64_t working = 0;
  int64_t without_start = 0;
  int64_t late_by = 0;  // the most that an occurrence is past its due time
};

// Why nothing would tell of any of these: "nothing tells of the defects that were asked for: missed
// target (no step has a \"due_time\")".
std::string WhyNoneTold(DefectSources sources);

struct DefectOptions {
  DefectSources sources = DefectSources::All();  // others are neither in `told` nor in `defects`
  TimeBetween between;
};

// Gives each visit once, cases in order, within a case by the numbers of activities. A repeat of an
// occurrence that was found defective (rejected, or reported with a defect) is its repair, and no
// rework of its own. Errors of `keep_on`, which is asked now and then. O(rows) expected.
absl::Status ReadDefects(const LogSnapshot& log, const std::vector<std::string>& map_transitions,
                         const DefectOptions& options,
                         const std::function<void(const StepVisit&)>& take,
                         absl::FunctionRef<absl::Status()> keep_on);

// The same for who reads the occurrences himself, of some cases in their order: takes each as
// OccurrenceSink gives it, with its blocked stretches. `ends` and `last_time` are of the log. All
// must outlive it.
class DefectReader {
 public:
  DefectReader(const LogSnapshot& log, const CaseEnds& ends, int64_t last_time,
               const DefectOptions& options, const std::function<void(const StepVisit&)>& take);
  ~DefectReader();
  void Take(const Occurrence& occurrence, std::span<const Stretch> blocked);
  // Gives the visits of the last case.
  void Finish();

 private:
  class Reading;
  std::unique_ptr<Reading> reading_;
};

// The value among "defects" that says that a verification failed.
inline constexpr char kRejected[] = "rejected";

}  // namespace plumbline::analytics

#endif  // PLUMBLINE_SERVICES_ANALYTICS_DEFECTS_DEFECTS_H_
