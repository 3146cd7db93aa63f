// SPDX-License-Identifier: Apache-2.0
#include "services/analytics/causes/facts.h"

#include <map>
#include <utility>

#include "absl/time/civil_time.h"
#include "absl/time/time.h"
#include "common/base/status_macros.h"
#include "common/base/threads.h"
#include "services/analytics/mining/case_times.h"

namespace plumbline::analytics::causes {
namespace {

bool WantsSequences(const ColumnOptions& options) {
  return options.Has(ColumnKind::kActivity) || options.Has(ColumnKind::kVariant);
}

std::vector<uint32_t> ReadResources(const LogSnapshot& log, bool first) {
  if (log.resource.empty()) return {};
  std::vector<uint32_t> values(log.case_count(), kNoText);
  log.resource.Visit([&](auto resource) {
    for (size_t c = 0; c < values.size(); ++c) {
      const uint32_t begin = log.case_begin[c], end = log.case_begin[c + 1];
      uint32_t value = 0;  // of one that is none
      for (uint32_t i = 0; i < end - begin && value == 0; ++i)
        value = resource[first ? begin + i : end - 1 - i];
      values[c] = value - 1;
    }
  });
  return values;
}

// One case of each variant says what its steps are.
void ReadSequences(const LogParts& parts, ReadOfLog* read) {
  const Variants& variants = parts.variants();
  read->sequence_of_case = variants.PlacesOfCases(parts.log.case_count());
  const auto size = static_cast<size_t>(variants.size());
  std::vector<uint32_t> sample(size, kNoText);
  for (uint32_t c = 0; c < read->sequence_of_case.size(); ++c) {
    const uint32_t sequence = read->sequence_of_case[c];
    if (sequence != kNoText) sample[sequence] = c;
  }
  SequenceList& list = read->sequences;
  const std::span<const uint32_t> begin = parts.traces.case_begin();
  parts.traces.activity().Visit([&](auto activity) {
    for (uint32_t sequence = 0; sequence < size; ++sequence) {
      const uint32_t row = begin[sample[sequence]], end = begin[sample[sequence] + 1];
      list.begin.push_back(static_cast<uint32_t>(list.steps.size()));
      list.length.push_back(end - row);
      list.count.push_back(static_cast<uint32_t>(variants.CountOf(sequence)));
      list.steps.insert(list.steps.end(), activity.begin() + row, activity.begin() + end);
    }
  });
}

void ReadMonths(const LogSnapshot& log, absl::TimeZone zone, ReadOfLog* read) {
  std::map<absl::CivilMonth, uint32_t> numbers;
  int64_t from = 0, until = 0;  // of the month of the case before
  uint32_t number = 0;
  read->month_of_case.resize(log.case_count());
  for (size_t c = 0; c < read->month_of_case.size(); ++c) {
    const int64_t start = CaseStart(log, c);
    if (start < from || start >= until) {
      const auto month = absl::ToCivilMonth(absl::FromUnixMicros(start), zone);
      const auto [found, added] =
          numbers.try_emplace(month, static_cast<uint32_t>(read->months.size()));
      if (added) read->months.push_back(month);
      number = found->second;
      from = absl::ToUnixMicros(absl::FromCivil(month, zone));
      until = absl::ToUnixMicros(absl::FromCivil(month + 1, zone));
    }
    read->month_of_case[c] = number;
  }
}

}  // namespace

Facts ReadOfLog::Show(const LogSnapshot& log, const ColumnOptions& options) const {
  Facts facts;
  facts.skipped = chosen.skipped;
  for (const AttributeReading& reading : attributes)
    facts.attributes.push_back(reading.Show(log.attribute_keys[reading.key()]));
  const auto show = [&log](const std::vector<uint32_t>& of_case) -> std::optional<ResourceFacts> {
    if (log.resource.empty()) return std::nullopt;
    return ResourceFacts{of_case, log.resources};
  };
  if (options.Has(ColumnKind::kFirstResource)) facts.first_resource = show(first_resource);
  if (options.Has(ColumnKind::kLastResource)) facts.last_resource = show(last_resource);
  if (WantsSequences(options))
    facts.sequences = SequenceFacts{sequence_of_case, &sequences, {}, log.activities};
  if (options.Has(ColumnKind::kStartMonth)) facts.months = MonthFacts{month_of_case, months};
  return facts;
}

absl::StatusOr<ReadOfLog> ReadFacts(const LogParts& parts, ChosenKeys chosen,
                                    const ColumnOptions& options, KeepOn keep_on) {
  const LogSnapshot& log = parts.log;
  ReadOfLog read;
  read.chosen = std::move(chosen);
  const auto attributes = [&](KeepOn go_on) -> absl::Status {
    ASSIGN_OR_RETURN(read.attributes, ReadAttributes(log, read.chosen.keys, go_on));
    return absl::OkStatus();
  };
  const auto events = [&](KeepOn go_on) -> absl::Status {
    if (options.Has(ColumnKind::kFirstResource)) read.first_resource = ReadResources(log, true);
    if (options.Has(ColumnKind::kLastResource)) read.last_resource = ReadResources(log, false);
    RETURN_IF_ERROR(go_on());
    if (WantsSequences(options)) ReadSequences(parts, &read);
    RETURN_IF_ERROR(go_on());
    if (options.Has(ColumnKind::kStartMonth)) ReadMonths(log, options.zone, &read);
    return absl::OkStatus();
  };
  RETURN_IF_ERROR(base::TryInThreads(
      base::ThreadsOfOneQuestion(), 2, keep_on,
      [&](size_t i, KeepOn go_on) { return i == 0 ? attributes(go_on) : events(go_on); }));
  return read;
}

}  // namespace plumbline::analytics::causes
