// SPDX-License-Identifier: Apache-2.0
#include "services/analytics/bottlenecks/stays.h"

#include <algorithm>
#include <utility>

#include "common/base/status_macros.h"
#include "common/base/threads.h"

namespace plumbline::analytics::bottlenecks {
namespace {

template <class T>
T& At(std::vector<T>& list, size_t number) {
  if (number >= list.size()) list.resize(number + 1);
  return list[number];
}

// Takes all of `from`, which is empty then.
template <class T>
void Append(std::vector<T>& from, std::vector<T>* to) {
  if (to->empty()) {
    to->swap(from);
  } else {
    to->insert(to->end(), from.begin(), from.end());
  }
  std::vector<T>().swap(from);
}

}  // namespace

void Performers::Expect(size_t parts, size_t performers, size_t rows) {
  constexpr size_t kRowsOfAPlace = 8;  // so that it takes a byte a row at most
  if (parts > rows || parts * performers > rows / kRowsOfAPlace) return;
  width_ = performers;
  table_.resize(parts * performers);
}

std::vector<Utilisation> UtilisationsOf(const Performers& performers, size_t parts,
                                        std::span<const Busy> busy) {
  struct Sums {
    int64_t performers = 0;
    absl::int128 busy = 0, available = 0;
  };
  std::vector<Sums> sums(parts);
  performers.ForEach([&](uint32_t number, uint32_t performer, int64_t) {
    Sums& part = sums[number];
    ++part.performers;
    part.busy += busy[performer].busy;
    part.available += busy[performer].available;
  });
  std::vector<Utilisation> utilisations;
  utilisations.reserve(parts);
  for (const Sums& part : sums) {
    utilisations.push_back({part.performers, static_cast<double>(part.busy) / 1e6,
                            static_cast<double>(part.available) / 1e6});
  }
  return utilisations;
}

void Stays::Reserve(size_t kind, uint32_t part, size_t waits) {
  At(of_kind_[kind].joined, part).reserve(waits);
  At(of_kind_[kind].left, part).reserve(waits);
}

void Stays::Add(const Stay& stay) {
  const bool waits = stay.ready != kNoTime && stay.ready != stay.begin;
  const bool works = stay.start != kNoTime && stay.performer != kNoText;
  if (works) At(work_, stay.performer).emplace_back(stay.start, stay.end);
  for (const size_t kind : kinds_) {
    OfKind& of = of_kind_[kind];
    const uint32_t part = stay.part[kind];
    if (waits) At(of.joined, part).push_back(stay.ready);
    if (waits && stay.begin != kNoTime) At(of.left, part).push_back(stay.begin);
    if (works) of.performers.Add(part, stay.performer, 1);
  }
}

void Stays::MergeWith(Stays& other, const std::array<size_t, kPartCount>& parts) {
  for (const size_t kind : kinds_) {
    OfKind &of = of_kind_[kind], &more = other.of_kind_[kind];
    for (OfKind* one : {&of, &more}) {
      one->joined.resize(parts[kind]);
      one->left.resize(parts[kind]);
    }
    more.performers.ForEach([&](uint32_t part, uint32_t performer, int64_t times) {
      of.performers.Add(part, performer, times);
    });
  }
  work_.resize(std::max(work_.size(), other.work_.size()));
  for (size_t performer = 0; performer < other.work_.size(); ++performer)
    Append(other.work_[performer], &work_[performer]);
}

Queue Stays::TakeQueue(size_t kind, uint32_t part, Stays& other, int64_t first_time,
                       int64_t last_time) {
  OfKind& of = of_kind_[kind];
  Append(other.of_kind_[kind].joined[part], &of.joined[part]);
  Append(other.of_kind_[kind].left[part], &of.left[part]);
  const Queue queue = MeasureQueue(of.joined[part], of.left[part], first_time, last_time);
  std::vector<int64_t>().swap(of.joined[part]);
  std::vector<int64_t>().swap(of.left[part]);
  return queue;
}

Busy Stays::BusyOf(std::vector<Stretch>& work, const TimeBetween& between) {
  Busy result;
  if (work.empty()) return result;
  std::sort(work.begin(), work.end());
  int64_t last = work.front().first;
  for (const auto& [start, end] : work) {
    if (end <= last) continue;
    result.busy += Measure(between, std::max(start, last), end);
    last = end;
  }
  result.available = Measure(between, work.front().first, last);
  return result;
}

absl::StatusOr<std::vector<Utilisation>> Stays::Utilisations(size_t kind, size_t parts,
                                                             const TimeBetween& between,
                                                             KeepOn keep_on) {
  if (busy_.size() < work_.size()) {
    busy_.resize(work_.size());
    RETURN_IF_ERROR(base::TryInThreads(base::ThreadsOfOneQuestion(), work_.size(), keep_on,
                                       [&](size_t performer, KeepOn go_on) {
                                         busy_[performer] = BusyOf(work_[performer], between);
                                         return go_on();
                                       }));
  }
  return UtilisationsOf(of_kind_[kind].performers, parts, busy_);
}

}  // namespace plumbline::analytics::bottlenecks
