// SPDX-License-Identifier: Apache-2.0
#include "services/analytics/live/live_causes.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "common/base/status_macros.h"
#include "services/analytics/flow/case_time.h"
#include "services/analytics/mining/case_ends.h"
#include "services/analytics/mining/case_times.h"
#include "services/analytics/mining/traces.h"
#include "services/analytics/mining/variants.h"

namespace plumbline::analytics {

using causes::ColumnKind;

void LiveCauses::Grow(size_t cases) {
  case_count_ = std::max(case_count_, cases);
  for (KeptAttribute& attribute : attributes_) attribute.Grow(case_count_);
  const size_t size = case_count_;
  if (size == sequence_.size()) return;
  for (auto* column : {&first_resource_, &last_resource_, &sequence_, &month_})
    column->resize(size, kNoText);
  if (slow()) {
    begin_.resize(size, kNoTime);
    micros_.resize(size, kNoTime);
  } else {
    failed_.resize(size);
    told_.resize(size);
  }
}

absl::Status LiveCauses::PutOutcomes(const LiveCases& cases, const LogParts& parts,
                                     KeepOn keep_on) {
  const LogSnapshot& log = *cases.log;
  const CaseEnds ends(log);
  causes::Failures failures;
  if (by_condition(outcome_)) {
    notes_.Take(log);
    ASSIGN_OR_RETURN(const Selected selected, Select(outcome_.condition, parts, keep_on));
    failures.told.resize(cases.numbers.size());
    for (size_t c = 0; c < cases.numbers.size(); ++c)
      failures.failed.push_back(selected.cases[c] ? 1 : 0);
  } else if (!slow()) {
    ASSIGN_OR_RETURN(failures,
                     causes::ReadFailures(log, map_transitions_, outcome_.sources, keep_on));
  }
  for (uint32_t c = 0; c < cases.numbers.size(); ++c) {
    const uint32_t number = cases.numbers[c];
    const bool ended = ends.HasEnded(c);
    if (!ended) open_.push_back(number);
    if (slow()) {
      begin_[number] = CaseStart(log, c);
      if (!ended) continue;
      micros_[number] = Measure(outcome_.between, begin_[number], CaseEnd(log, c));
      durations_.Change({static_cast<double>(micros_[number]), number}, 1);
    } else {
      failed_[number] = failures.failed[c];
      told_[number] = failures.told[c];
      for (const DefectSource source : kDefectSources)
        told_count_[static_cast<size_t>(source)] += told_[number].Has(source) ? 1 : 0;
    }
  }
  return absl::OkStatus();
}

void LiveCauses::PutFacts(const LiveCases& cases, const causes::ReadOfLog& read) {
  const LogSnapshot& log = *cases.log;
  for (size_t k = 0; k < attributes_.size(); ++k)
    attributes_[k].Change(read.attributes[k].Show(""), cases.numbers, 1);
  // What the part numbers, by the numbers that are kept.
  const auto put = [&](const std::vector<uint32_t>& from, const std::vector<uint32_t>& kept,
                       std::vector<uint32_t>* to) {
    for (size_t c = 0; c < from.size(); ++c)
      (*to)[cases.numbers[c]] = from[c] == kNoText ? kNoText : kept[from[c]];
  };
  std::vector<uint32_t> kept;
  for (const std::string& name : log.resources) kept.push_back(resources_.NumberOf(name));
  put(read.first_resource, kept, &first_resource_);
  put(read.last_resource, kept, &last_resource_);
  kept.clear();
  for (uint32_t s = 0; s < read.sequences.size(); ++s)
    kept.push_back(sequences_.Add(read.sequences[s], read.sequences.count[s]));
  put(read.sequence_of_case, kept, &sequence_);
  kept.clear();
  for (const absl::CivilMonth month : read.months) kept.push_back(months_.NumberOf(month));
  put(read.month_of_case, kept, &month_);
}

absl::Status LiveCauses::TakeOut(const LiveCases& cases, KeepOn keep_on) {
  for (const uint32_t number : cases.numbers) {
    if (slow() && micros_[number] != kNoTime) {
      durations_.Change({static_cast<double>(micros_[number]), number}, -1);
      micros_[number] = kNoTime;
    }
    if (!slow()) {
      for (const DefectSource source : kDefectSources)
        told_count_[static_cast<size_t>(source)] -= told_[number].Has(source) ? 1 : 0;
    }
    if (sequence_[number] != kNoText) sequences_.Remove(std::exchange(sequence_[number], kNoText));
  }
  open_.clear();  // they go together
  return TakeOutAttributes(cases, keep_on);
}

// Those of which cases have several are read once more: nothing is kept of them by case.
absl::Status LiveCauses::TakeOutAttributes(const LiveCases& cases, KeepOn keep_on) {
  std::vector<uint32_t> keys;
  std::vector<KeptAttribute*> of_keys;
  for (size_t k = 0; k < attributes_.size(); ++k) {
    if (attributes_[k].KnowsByNumber()) {
      attributes_[k].TakeOut(cases.numbers);
    } else {
      keys.push_back(keys_[k]);
      of_keys.push_back(&attributes_[k]);
    }
  }
  if (keys.empty()) return absl::OkStatus();
  ASSIGN_OR_RETURN(const std::vector<causes::AttributeReading> read,
                   causes::ReadAttributes(*cases.log, keys, keep_on));
  for (size_t k = 0; k < keys.size(); ++k) of_keys[k]->Change(read[k].Show(""), cases.numbers, -1);
  return absl::OkStatus();
}

absl::Status LiveCauses::Change(const LiveCases& cases, int sign, KeepOn keep_on) {
  if (cases.numbers.empty()) return absl::OkStatus();
  if (sign < 0) return TakeOut(cases, keep_on);
  // One that the log does not have is told by the answer.
  const absl::StatusOr<causes::ChosenKeys> chosen =
      causes::ChooseKeys(cases.log->attribute_keys, true, options_.columns);
  if (chosen.ok()) keys_ = chosen->keys;
  attributes_.resize(keys_.size());
  activity_count_ = cases.log->activities.size();
  Grow(*std::max_element(cases.numbers.begin(), cases.numbers.end()) + size_t{1});
  const Traces traces(cases.log, {.transitions = map_transitions_});
  std::optional<Variants> variants;
  const auto variants_of = [&]() -> const Variants& { return variants.emplace(traces); };
  const LogParts parts{*cases.log, traces, variants_of};
  RETURN_IF_ERROR(PutOutcomes(cases, parts, keep_on));
  ASSIGN_OR_RETURN(const causes::ReadOfLog read,
                   causes::ReadFacts(parts, {keys_, {}}, options_.columns, keep_on));
  PutFacts(cases, read);
  return absl::OkStatus();
}

void LiveCauses::Settle() {
  durations_.Values();
  for (KeptAttribute& attribute : attributes_) attribute.Settle();
}

bool LiveCauses::CanAnswer() const {
  return std::all_of(attributes_.begin(), attributes_.end(),
                     [](const KeptAttribute& attribute) { return attribute.CanShow(); });
}

int64_t LiveCauses::memory_bytes() const {
  size_t bytes = sizeof(*this) + durations_.memory_bytes() + sequences_.memory_bytes() +
                 resources_.memory_bytes() + months_.memory_bytes() + notes_.memory_bytes() +
                 open_.capacity() * 4 + (begin_.capacity() + micros_.capacity()) * 8 +
                 failed_.capacity() + told_.capacity() * sizeof(DefectSources);
  for (const auto* column : {&first_resource_, &last_resource_, &sequence_, &month_})
    bytes += column->capacity() * 4;
  for (const KeptAttribute& attribute : attributes_) bytes += attribute.memory_bytes();
  return static_cast<int64_t>(bytes);
}

int64_t LiveCauses::answer_bytes() const {
  return causes::BytesOfColumns(sequence_.size(), keys_.size(), activity_count_);
}

causes::OutcomeFacts LiveCauses::OutcomesOf(const LiveWhole& whole) {
  causes::OutcomeFacts facts{sequence_.size(), whole.marks_ends, whole.last_time};
  std::sort(open_.begin(), open_.end());
  facts.open = open_;
  facts.begin = begin_;
  facts.ended = durations_.Values();
  facts.has_it = failed_;
  for (const DefectSource source : kDefectSources) {
    if (told_count_[static_cast<size_t>(source)] > 0) facts.told.Add(source);
  }
  return facts;
}

causes::Facts LiveCauses::FactsOf(const LiveWhole& whole, const causes::ChosenKeys& chosen) {
  const causes::ColumnOptions& options = options_.columns;
  causes::Facts facts;
  facts.skipped = chosen.skipped;
  for (size_t k = 0; k < attributes_.size(); ++k)
    facts.attributes.push_back(attributes_[k].Show(whole.names.attribute_keys[keys_[k]]));
  if (!resources_.names().empty()) {
    if (options.Has(ColumnKind::kFirstResource))
      facts.first_resource = causes::ResourceFacts{first_resource_, resources_.names()};
    if (options.Has(ColumnKind::kLastResource))
      facts.last_resource = causes::ResourceFacts{last_resource_, resources_.names()};
  }
  if (options.Has(ColumnKind::kActivity) || options.Has(ColumnKind::kVariant)) {
    facts.sequences =
        causes::SequenceFacts{sequence_, &sequences_.list(), whole.rank, whole.names.activities};
  }
  if (options.Has(ColumnKind::kStartMonth))
    facts.months = causes::MonthFacts{month_, months_.names()};
  return facts;
}

absl::StatusOr<LiveCauses::Found> LiveCauses::Find(const LiveWhole& whole, KeepOn keep_on) {
  ASSIGN_OR_RETURN(const causes::ChosenKeys chosen,
                   causes::ChooseKeys(whole.names.attribute_keys, true, options_.columns));
  causes::OutcomeFacts facts = OutcomesOf(whole);
  if (by_condition(outcome_)) facts.notes = notes_.Notes(whole.names);
  ASSIGN_OR_RETURN(causes::Outcomes outcomes, causes::DecideFrom(facts, outcome_, keep_on));
  ASSIGN_OR_RETURN(causes::Columns columns, causes::MakeColumns(FactsOf(whole, chosen), outcomes,
                                                                options_.columns, keep_on));
  return Found{std::move(outcomes), std::move(columns)};
}

absl::StatusOr<causes::RootCauses> LiveCauses::Answer(const LiveWhole& whole, KeepOn keep_on) {
  ASSIGN_OR_RETURN(Found found, Find(whole, keep_on));
  return causes::Conclude(std::move(found.outcomes), std::move(found.columns), outcome_, options_,
                          keep_on);
}

}  // namespace plumbline::analytics
