// SPDX-License-Identifier: Apache-2.0
#include "services/analytics/report/step_tables.h"

#include <algorithm>
#include <map>
#include <utility>

#include "common/base/status_macros.h"
#include "common/base/threads.h"

namespace plumbline::analytics {
namespace {

void AddToPair(const Occurrence& o, StepRecord& step) {
  if (step.last_pair == nullptr || step.last_previous != o.previous) {
    step.last_pair = &step.pairs[o.previous];
    step.last_previous = o.previous;
  }
  PairWaits& pair = *step.last_pair;
  pair.total += o.waiting;
  ++pair.count;
  pair.case_count += pair.last_case != o.case_number;
  pair.last_case = o.case_number;
}

// Of one step, in several stretches of cases.
using Parts = std::vector<const StepRecord*>;

template <class F>
void ForRows(const Parts& parts, const F& visit) {
  for (const StepRecord* part : parts) {
    for (const StepRow& row : part->rows) visit(row);
  }
}

struct OneStep {
  StepTime time;
  StepFigures figures;
  absl::int128 waiting = 0, working = 0;  // of all occurrences, microseconds
  std::map<uint32_t, PairWaits> pairs;    // by the activity before
};

// Lists that are filled again and again.
struct Scratch {
  std::vector<int64_t> waiting, working;
};

void AddCounts(const Parts& parts, OneStep& step) {
  StepTime& time = step.time;
  std::vector<int64_t> blocked;
  absl::int128 planned = 0;  // microseconds
  for (const StepRecord* part : parts) {
    time.count += static_cast<int64_t>(part->rows.size());
    time.case_count += part->case_count;
    time.rework_case_count += part->rework_case_count;
    time.due_count += part->due;
    time.late_count += part->late;
    planned += part->planned;
    blocked.insert(blocked.end(), part->blocked.begin(), part->blocked.end());
    for (const auto& [previous, waits] : part->pairs) {
      PairWaits& pair = step.pairs[previous];
      pair.total += waits.total;
      pair.count += waits.count;
      pair.case_count += waits.case_count;
    }
  }
  time.planned_seconds = SecondsOf(planned);
  time.blocked = Describe(blocked);
  StepFigures& figures = step.figures;
  figures.cases = time.case_count;
  figures.repeats = time.count - time.case_count;
  figures.rework_cases = time.rework_case_count;
  figures.due = time.due_count;
  figures.late = time.late_count;
  figures.blocked = !blocked.empty();
}

// What is left out of the waits that a finding counts, if anything is.
struct Uncounted {
  bool waits = false, working = false;
};

// Times of all occurrences; what each first one waited behind, in all.
Uncounted AddTimes(const Parts& parts, Scratch& scratch, OneStep& step) {
  scratch.waiting.clear();
  scratch.working.clear();
  scratch.waiting.reserve(static_cast<size_t>(step.time.count));
  scratch.working.reserve(static_cast<size_t>(step.time.count));
  absl::int128 rework_waiting = 0, rework_working = 0;
  std::map<uint32_t, absl::int128> behind;
  Uncounted uncounted;
  ForRows(parts, [&](const StepRow& row) {
    if (row.waiting != kNoTime) {
      scratch.waiting.push_back(row.waiting);
      if (row.waits()) step.waiting += row.waiting;
      if (row.first && row.waits()) {
        behind[row.behind()] += row.waiting;
      } else {
        uncounted.waits = true;
        step.figures.embedded += row.first && row.waiting > 0;
        if (row.waits()) rework_waiting += row.waiting;
      }
    }
    if (row.working == kNoTime) return;
    scratch.working.push_back(row.working);
    step.working += row.working;
    if (row.first) return;
    uncounted.working = true;
    rework_working += row.working;
  });
  step.figures.rework_waiting = SecondsOf(rework_waiting);
  step.figures.rework_working = SecondsOf(rework_working);
  step.figures.previous = MainPredecessor(behind);
  uncounted.waits |= step.figures.previous != kNoText && behind.size() > 1;
  step.time.waiting = Describe(scratch.waiting);
  step.time.working = Describe(scratch.working);
  return uncounted;
}

// What a finding counts of the waits and the work of first occurrences. The lists of `scratch` are
// those of all of them.
void AddFigures(const Parts& parts, const Uncounted& uncounted, Scratch& scratch, OneStep& step) {
  StepFigures& figures = step.figures;
  const auto counts = [&](const StepRow& row) {
    return figures.previous == kNoText || row.behind() == figures.previous;
  };
  if (uncounted.waits) {
    scratch.waiting.clear();
    ForRows(parts, [&](const StepRow& row) {
      if (!row.first || !row.waits()) return;
      if (counts(row)) {
        scratch.waiting.push_back(row.waiting);
      } else {
        figures.other_wait_count += row.waiting > 0;
      }
    });
  }
  if (uncounted.working) {
    scratch.working.clear();
    ForRows(parts, [&](const StepRow& row) {
      if (row.first && row.working != kNoTime) scratch.working.push_back(row.working);
    });
  }
  figures.waits = uncounted.waits ? Describe(scratch.waiting) : step.time.waiting;
  figures.working = uncounted.working ? Describe(scratch.working) : step.time.working;
  figures.wait_case_count = std::count_if(scratch.waiting.begin(), scratch.waiting.end(),
                                          [](int64_t w) { return w > 0; });
  absl::int128 longer = 0;
  int64_t count = 0;
  for (const int64_t micros : scratch.working) {
    if (SecondsOf(micros) <= figures.working.median) continue;
    longer += micros;
    ++count;
  }
  figures.excess = BeyondMedian(longer, count, figures.working.median);
}

OneStep MakeStep(const std::vector<StepRecords>& parts, uint32_t activity, Scratch& scratch) {
  Parts of_step;
  for (const StepRecords& part : parts) {
    if (!part[activity].rows.empty()) of_step.push_back(&part[activity]);
  }
  OneStep step;
  step.time.activity = activity;
  AddCounts(of_step, step);
  const Uncounted uncounted = AddTimes(of_step, scratch, step);
  AddFigures(of_step, uncounted, scratch, step);
  return step;
}

std::optional<Bottleneck> WorstPair(const std::vector<StepRecords>& parts,
                                    const std::vector<OneStep>& steps) {
  std::pair<uint32_t, uint32_t> worst;
  const PairWaits* most = nullptr;
  absl::int128 all = 0;
  for (const OneStep& step : steps) {
    for (const auto& [previous, waits] : step.pairs) {
      all += waits.total;
      const std::pair between(previous, step.time.activity);
      if (waits.total <= 0) continue;
      if (most != nullptr &&
          (waits.total < most->total || (waits.total == most->total && worst < between)))
        continue;
      worst = between;
      most = &waits;
    }
  }
  if (most == nullptr) return std::nullopt;
  std::vector<int64_t> waits;
  waits.reserve(static_cast<size_t>(most->count));
  for (const StepRecords& part : parts) {
    for (const StepRow& row : part[worst.second].rows) {
      if (row.waits() && row.previous == worst.first) waits.push_back(row.waiting);
    }
  }
  return Bottleneck{{worst.first, worst.second, most->count, most->case_count, Describe(waits)},
                    static_cast<double>(most->total) / static_cast<double>(all)};
}

}  // namespace

void StepRecords::Add(const Occurrence& o) {
  if (!o.completed) return;
  StepRecord& step = steps_[o.activity];
  const bool first = step.last_case != o.case_number;
  const StepRow row{.waiting = o.has_waiting() ? o.waiting : kNoTime,
                    .working = o.has_working() ? o.working : kNoTime,
                    .previous = o.previous,
                    .first = first,
                    .embedded = o.embedded,
                    .scheduled = o.scheduled != kNoTime};
  step.rows.push_back(row);
  if (row.waits()) AddToPair(o, step);
  if (o.blocked > 0) step.blocked.push_back(o.blocked);
  if (row.scheduled && o.ready > o.scheduled) step.planned += o.ready - o.scheduled;
  if (o.due != kNoTime) {
    ++step.due;
    step.late += o.end > o.due;
  }
  if (first) {
    step.last_case = o.case_number;
    ++step.case_count;
  } else if (step.rework_case != o.case_number) {
    step.rework_case = o.case_number;
    ++step.rework_case_count;
  }
}

absl::StatusOr<StepTables> MakeStepTables(const std::vector<StepRecords>& parts, size_t activities,
                                          int threads, KeepOn keep_on) {
  std::vector<OneStep> steps(activities);
  RETURN_IF_ERROR(base::TryInThreads(
      threads, activities, keep_on, [&](size_t activity, KeepOn go_on) -> absl::Status {
        Scratch scratch;
        steps[activity] = MakeStep(parts, static_cast<uint32_t>(activity), scratch);
        return go_on();
      }));
  StepTables tables;
  tables.bottleneck = WorstPair(parts, steps);
  absl::int128 waiting = 0, working = 0;
  for (OneStep& step : steps) {
    waiting += step.waiting;
    working += step.working;
    if (step.time.count > 0) tables.steps.push_back(step.time);
    tables.figures.steps.push_back(std::move(step.figures));
  }
  tables.figures.waiting_seconds = SecondsOf(waiting);
  tables.figures.working_seconds = SecondsOf(working);
  SortByTime(tables.steps);
  return tables;
}

}  // namespace plumbline::analytics
