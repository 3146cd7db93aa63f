// SPDX-License-Identifier: Apache-2.0
#include "services/analytics/live/live_question.h"

#include <algorithm>
#include <numeric>
#include <utility>

#include "absl/memory/memory.h"
#include "absl/strings/str_cat.h"
#include "common/base/error.h"
#include "common/base/status_macros.h"
#include "services/analytics/mining/case_ends.h"
#include "services/analytics/mining/occurrences.h"

namespace plumbline::analytics {
namespace {

// So many cases are changed at a time: their copies are small, and `keep_on` is asked often.
constexpr size_t kCasesOfAPiece = 4'096;
// With more open cases, and this share of all, a kept question is no faster than a reading.
constexpr size_t kManyOpen = 20'000, kMostOpenShare = 4;

// While sums are made, they are asked how large they are after so many rows: it may take a pass
// over all that they tell apart.
constexpr size_t kRowsBetweenSizes = 1 << 17;

absl::Status ToTheEnd() { return absl::OkStatus(); }

int64_t BytesOf(const std::string& text) {
  return static_cast<int64_t>(sizeof(text) + text.capacity());
}

// Calls piece(first, end) for pieces of 0 .. size.
template <class Piece>
absl::Status ForPieces(size_t size, KeepOn keep_on, const Piece& piece) {
  for (size_t first = 0; first < size; first += kCasesOfAPiece) {
    RETURN_IF_ERROR(keep_on());
    RETURN_IF_ERROR(piece(first, std::min(size, first + kCasesOfAPiece)));
  }
  return absl::OkStatus();
}

std::vector<uint32_t> Chosen(std::span<const uint32_t> list, std::span<const uint32_t> places) {
  std::vector<uint32_t> chosen;
  chosen.reserve(places.size());
  for (const uint32_t place : places) chosen.push_back(list[place]);
  return chosen;
}

uint32_t RowsOf(const LogSnapshot& log, size_t place) {
  return log.case_begin[place + 1] - log.case_begin[place];
}

// Places of a snapshot at which cases are that changed since an earlier one; of each its place
// there, kNoText where it was not there.
struct Changed {
  std::vector<uint32_t> earlier, later;
};
Changed ChangedBetween(const LiveSnapshot& earlier, const LiveSnapshot& later) {
  std::vector<uint32_t> place(earlier.case_numbers.size());
  for (uint32_t e = 0; e < place.size(); ++e) place[earlier.case_numbers[e]] = e;
  Changed changed;
  for (uint32_t l = 0; l < later.case_numbers.size(); ++l) {
    const uint32_t number = later.case_numbers[l];
    const uint32_t e = number < place.size() ? place[number] : kNoText;
    if (e != kNoText && RowsOf(*earlier.log, e) == RowsOf(*later.log, l)) continue;
    changed.earlier.push_back(e);
    changed.later.push_back(l);
  }
  return changed;
}

}  // namespace

absl::StatusOr<uint32_t> NumberOf(const std::string& field, const std::vector<std::string>& names,
                                  const std::string& activity) {
  const auto found = std::find(names.begin(), names.end(), activity);
  if (found != names.end()) return static_cast<uint32_t>(found - names.begin());
  return base::FieldError(field, absl::StrCat("is '", activity, "', which no case has"));
}

bool LiveQuestion::Holds(const LogSnapshot& part) const {
  return part.transitions.size() == transitions_.size() &&
         part.attribute_keys.size() == keys_.size() && part.resource.empty() != has_resources_ &&
         (marked_ || !CaseEnds(part).marked());
}

std::shared_ptr<const LogSnapshot> LiveQuestion::Told(const LogSnapshot& part) const {
  auto told = std::make_shared<LogSnapshot>(part);
  if (marked_) {
    const CaseEnds ends(part);
    told->marked_ends.assign(part.case_count(), kNoTime);
    for (size_t c = 0; c < part.case_count(); ++c) told->marked_ends[c] = ends.MarkedTime(c);
  }
  told->seen_until = last_time_;
  told->activities = names_;
  return told;
}

LiveCases LiveQuestion::Named(EventLogBuilder& builder, std::vector<uint32_t> numbers) const {
  std::vector<std::pair<absl::string_view, uint32_t>> by_id;
  by_id.reserve(numbers.size());
  for (const uint32_t number : numbers) by_id.emplace_back(builder.CaseName(number), number);
  std::sort(by_id.begin(), by_id.end());
  for (size_t i = 0; i < numbers.size(); ++i) numbers[i] = by_id[i].second;
  auto named = std::make_shared<LogSnapshot>(*Told(*builder.Cases(numbers, rows_)));
  named->cases = {};
  for (const auto& [id, number] : by_id) named->cases.push_back(id);
  NarrowColumn activity(named->size(), static_cast<uint32_t>(rank_.size()));
  activity.Fill([&](auto to) {
    named->activity.Visit([&](auto from) {
      using T = typename decltype(to)::value_type;
      for (size_t row = 0; row < to.size(); ++row) to[row] = static_cast<T>(rank_[from[row]]);
    });
  });
  named->activity = std::move(activity);
  named->activities = ordered_names_->activities;
  return {std::move(named), std::move(numbers)};
}

std::vector<bool> LiveQuestion::SettledOf(const LogSnapshot& told) const {
  const CaseEnds ends(told);
  std::vector<bool> settled(told.case_count());
  for (size_t c = 0; c < settled.size(); ++c) settled[c] = ends.HasEnded(c);
  if (told.transition.empty()) return settled;  // every event is all of its occurrence
  ReadOccurrences(told, map_transitions_,
                  {.occurrence =
                       [&](const Occurrence& o) {
                         if (o.end == kNoTime) settled[o.case_number] = false;
                       },
                   .impediment =
                       [&](const Impediment& impediment) {
                         if (impediment.open) settled[impediment.case_number] = false;
                       }});
  return settled;
}

void LiveQuestion::See(const LogSnapshot& part) {
  if (part.empty()) return;
  const int64_t first = part.FirstTime();
  first_time_ = first_time_ == kNoTime ? first : std::min(first_time_, first);
  last_time_ = std::max(last_time_, *std::max_element(part.time.begin(), part.time.end()));
}

void LiveQuestion::Name(std::vector<std::string> more) {
  if (more.empty() && ordered_names_ != nullptr) return;
  for (std::string& name : more) {
    text_bytes_ += 2 * BytesOf(name);
    names_.push_back(std::move(name));
  }
  std::vector<uint32_t> order(names_.size());
  std::iota(order.begin(), order.end(), 0);
  std::sort(order.begin(), order.end(),
            [this](uint32_t a, uint32_t b) { return names_[a] < names_[b]; });
  rank_.resize(names_.size());
  auto names = std::make_shared<LogSnapshot>();
  names->case_begin = {0};
  names->transitions = transitions_;
  names->attribute_keys = keys_;
  for (uint32_t r = 0; r < order.size(); ++r) {
    rank_[order[r]] = r;
    names->activities.push_back(names_[order[r]]);
  }
  ordered_names_ = std::move(names);
}

absl::Status LiveQuestion::Put(std::span<const uint32_t> numbers, const LogSnapshot& cases,
                               Pick pick, KeepOn keep_on) {
  std::shared_ptr<const LogSnapshot> told = Told(cases);
  const std::vector<bool> settled = SettledOf(*told);
  std::vector<uint32_t> places;
  for (uint32_t i = 0; i < numbers.size(); ++i) {
    if (settled[i]) {
      places.push_back(i);
      open_.erase(numbers[i]);
    } else {
      open_.insert(numbers[i]);
    }
  }
  if (places.empty()) return absl::OkStatus();
  if (places.size() < numbers.size()) told = Told(*pick(places));
  return sums_->Change({std::move(told), Chosen(numbers, places)}, 1, keep_on);
}

absl::Status LiveQuestion::TakeOut(std::span<const uint32_t> numbers, Pick pick, KeepOn keep_on) {
  std::vector<uint32_t> places;
  for (uint32_t i = 0; i < numbers.size(); ++i) {
    if (numbers[i] < known_cases_ && !open_.contains(numbers[i])) places.push_back(i);
  }
  if (places.empty()) return absl::OkStatus();
  return sums_->Change({Told(*pick(places)), Chosen(numbers, places)}, -1, keep_on);
}

absl::StatusOr<std::unique_ptr<LiveQuestion>> LiveQuestion::Make(std::unique_ptr<LiveSums> sums,
                                                                 LiveSnapshot snapshot,
                                                                 KeepOn keep_on,
                                                                 int64_t most_bytes) {
  auto question =
      absl::WrapUnique(new LiveQuestion(std::move(sums), std::move(snapshot.map_transitions)));
  LiveQuestion& q = *question;
  const LogSnapshot& log = *snapshot.log;
  q.transitions_ = log.transitions;
  q.keys_ = log.attribute_keys;
  q.has_resources_ = !log.resource.empty();
  for (const auto* texts : {&q.transitions_, &q.keys_}) {
    for (const std::string& text : *texts) q.text_bytes_ += 2 * BytesOf(text);
  }
  q.Name(snapshot.activity_names);
  q.marked_ = CaseEnds(log).marked();
  q.See(log);
  q.known_cases_ = log.case_count();
  q.sums_->Expect(log.case_count());
  bool fits = true;
  size_t asked_at = 0;  // the row at which the sums were last asked how large they are
  RETURN_IF_ERROR(ForPieces(log.case_count(), keep_on, [&](size_t first, size_t end) {
    if (fits && log.case_begin[first] >= asked_at + kRowsBetweenSizes) {
      asked_at = log.case_begin[first];
      fits = q.memory_bytes() <= most_bytes;
    }
    if (!fits) return absl::OkStatus();
    std::vector<uint32_t> all(end - first);
    std::iota(all.begin(), all.end(), static_cast<uint32_t>(first));
    const auto at = [&](std::span<const uint32_t> places) {
      return CasesAt({log, snapshot.activity_numbers}, Chosen(all, places));
    };
    const std::span numbers = std::span(snapshot.case_numbers).subspan(first, end - first);
    return q.Put(numbers, *CasesAt({log, snapshot.activity_numbers}, all), at, keep_on);
  }));
  if (!fits) return nullptr;
  q.sums_->Settle();
  if (q.memory_bytes() > most_bytes) return nullptr;
  q.snapshot_ = std::move(snapshot);
  return question;
}

absl::StatusOr<bool> LiveQuestion::CatchUp(LiveSnapshot later, KeepOn keep_on) {
  const LogSnapshot& log = *later.log;
  if (!Holds(log)) return false;
  Name({later.activity_names.begin() + static_cast<ptrdiff_t>(names_.size()),
        later.activity_names.end()});
  See(log);
  const Changed changed = ChangedBetween(snapshot_, later);
  RETURN_IF_ERROR(
      ForPieces(changed.later.size(), keep_on, [&](size_t first, size_t end) -> absl::Status {
        const auto now = std::span(changed.later).subspan(first, end - first);
        const auto before = std::span(changed.earlier).subspan(first, end - first);
        const std::vector<uint32_t> numbers = Chosen(later.case_numbers, now);
        const auto was = [&](std::span<const uint32_t> places) {
          return CasesAt({*snapshot_.log, snapshot_.activity_numbers}, Chosen(before, places));
        };
        const auto is = [&](std::span<const uint32_t> places) {
          return CasesAt({log, later.activity_numbers}, Chosen(now, places));
        };
        // Places of the earlier snapshot are in the order of the later one: both are by case id.
        RETURN_IF_ERROR(TakeOut(numbers, was, keep_on));
        return Put(numbers, *CasesAt({log, later.activity_numbers}, now), is, keep_on);
      }));
  known_cases_ = log.case_count();
  snapshot_ = std::move(later);
  return true;
}

bool LiveQuestion::Update(EventLogBuilder& builder, size_t most) {
  const size_t taken = rows_, pending = taken + std::min(behind(builder), most);
  if (pending == taken) return true;
  const std::vector<uint32_t> touched = builder.TouchedNumbers(taken, pending);
  Name(builder.ActivitiesFrom(names_.size()));
  bool holds = true;
  const absl::Status taken_in =
      ForPieces(touched.size(), ToTheEnd, [&](size_t first, size_t end) -> absl::Status {
        const auto numbers = std::span(touched).subspan(first, end - first);
        const std::shared_ptr<const LogSnapshot> now = builder.Cases(numbers, pending);
        holds = holds && Holds(*now);
        if (!holds) return absl::OkStatus();
        See(*now);
        const auto was = [&](std::span<const uint32_t> places) {
          return builder.Cases(Chosen(numbers, places), taken);
        };
        const auto is = [&](std::span<const uint32_t> places) {
          return builder.Cases(Chosen(numbers, places), pending);
        };
        RETURN_IF_ERROR(TakeOut(numbers, was, ToTheEnd));
        return Put(numbers, *now, is, ToTheEnd);
      });
  rows_ = pending;
  // Numbers are given in the order in which cases come.
  known_cases_ = std::max<size_t>(known_cases_, touched.back() + size_t{1});
  return holds && taken_in.ok();
}

absl::StatusOr<bool> LiveQuestion::Answer(
    EventLogBuilder& builder, absl::FunctionRef<absl::Status(LiveSums&, const LiveWhole&)> answer,
    KeepOn keep_on) {
  if (open_.size() > kManyOpen && open_.size() > builder.case_count() / kMostOpenShare)
    return false;
  RETURN_IF_ERROR(keep_on());
  std::vector<uint32_t> numbers(open_.begin(), open_.end());
  std::sort(numbers.begin(), numbers.end());
  const LiveCases open{Told(*builder.Cases(numbers, rows_)), numbers};
  const CaseEnds ends(*open.log);
  const auto name = [&builder](uint32_t number) { return builder.CaseName(number); };
  const auto cases = [&](std::vector<uint32_t> some) { return Named(builder, std::move(some)); };
  LiveWhole whole{*ordered_names_,
                  rank_,
                  name,
                  cases,
                  first_time_,
                  last_time_,
                  static_cast<int64_t>(builder.case_count()),
                  0,
                  marked_};
  for (size_t c = 0; c < numbers.size(); ++c) whole.open_case_count += !ends.HasEnded(c);
  // What is wrong with the question is told by who reads all of the log.
  if (!sums_->Change(open, 1, ToTheEnd).ok() || !sums_->CanAnswer()) return false;
  absl::Status answered = keep_on();
  if (answered.ok()) answered = answer(*sums_, whole);
  RETURN_IF_ERROR(sums_->Change(open, -1, ToTheEnd));
  RETURN_IF_ERROR(answered);
  return true;
}

int64_t LiveQuestion::memory_bytes() const {
  return sums_->memory_bytes() + text_bytes_ +
         static_cast<int64_t>(open_.capacity() * 5 + rank_.size() * 4);
}

}  // namespace plumbline::analytics
