// SPDX-License-Identifier: Apache-2.0
#include "services/onboarding/engine/stored_run.h"

#include <cstdint>
#include <utility>

#include "absl/strings/str_cat.h"
#include "common/base/error.h"
#include "common/base/status_macros.h"
#include "google/protobuf/io/coded_stream.h"
#include "google/protobuf/wire_format_lite.h"
#include "plumbline/onboarding/stored/v1/stored.pb.h"
#include "services/onboarding/engine/codec_stored.h"

namespace plumbline::onboarding {
namespace {

using google::protobuf::internal::WireFormatLite;
using google::protobuf::io::CodedInputStream;
using stored::v1::StoredOnboarding;
using stored::v1::StoredTask;

constexpr uint32_t TagOf(int field, WireFormatLite::WireType type) {
  return WireFormatLite::MakeTag(field, type);
}
constexpr uint32_t kTask =
    TagOf(StoredOnboarding::kTasksFieldNumber, WireFormatLite::WIRETYPE_LENGTH_DELIMITED);
constexpr uint32_t kStep = TagOf(StoredTask::kStepFieldNumber, WireFormatLite::WIRETYPE_VARINT);
constexpr uint32_t kState = TagOf(StoredTask::kStateFieldNumber, WireFormatLite::WIRETYPE_VARINT);
constexpr uint32_t kRound = TagOf(StoredTask::kRoundFieldNumber, WireFormatLite::WIRETYPE_VARINT);

CodedInputStream StreamOf(absl::string_view bytes) {
  return CodedInputStream(reinterpret_cast<const uint8_t*>(bytes.data()),
                          static_cast<int>(bytes.size()));
}

// Which task the bytes of one are of, and its state. False if they are damaged.
bool ReadNumbers(absl::string_view bytes, int32_t* step, int32_t* round, int32_t* state) {
  CodedInputStream stream = StreamOf(bytes);
  while (const uint32_t tag = stream.ReadTag()) {
    if (tag == kStep || tag == kRound || tag == kState) {
      uint32_t number = 0;
      if (!stream.ReadVarint32(&number)) return false;
      (tag == kStep ? *step : tag == kRound ? *round : *state) = static_cast<int32_t>(number);
    } else if (!WireFormatLite::SkipField(&stream, tag)) {
      return false;
    }
  }
  return stream.ConsumedEntireMessage();
}

// Splits a stored run into its tasks and what is around them. False if it is damaged.
template <typename Take>
bool Split(absl::string_view bytes, std::string* rest, Take take) {
  CodedInputStream stream = StreamOf(bytes);
  const auto position = [&] { return static_cast<size_t>(stream.CurrentPosition()); };
  for (size_t from = 0;; from = position()) {
    const uint32_t tag = stream.ReadTag();
    if (tag == 0) return stream.ConsumedEntireMessage();
    if (tag != kTask) {
      if (!WireFormatLite::SkipField(&stream, tag)) return false;
      rest->append(bytes.data() + from, position() - from);
      continue;
    }
    int size = 0;
    if (!stream.ReadVarintSizeAsInt(&size) || size < 0) return false;
    const size_t begin = position();
    if (!stream.Skip(size) || !take(bytes.substr(begin, static_cast<size_t>(size)))) return false;
  }
}

}  // namespace

absl::StatusOr<StoredRun> StoredRun::Read(absl::string_view workspace, absl::string_view onboarding,
                                          PlanPointer plan, absl::string_view bytes,
                                          CalendarLookup calendars) {
  const auto damaged = [&] {
    return base::Internal(absl::StrCat("the row of on-boarding ", onboarding, " is damaged"));
  };
  std::string rest;
  std::string tasks;
  std::vector<Place> places;
  const auto take = [&](absl::string_view task) {
    Place& place = places.emplace_back(Place{.from = tasks.size(), .size = task.size()});
    tasks.append(task.data(), task.size());
    int32_t state = 0;
    if (!ReadNumbers(task, &place.step, &place.round, &state)) return false;
    place.skipped = state == static_cast<int32_t>(TaskState::kSkipped);
    return true;
  };
  if (!Split(bytes, &rest, take)) return damaged();
  StoredOnboarding proto;
  if (!proto.ParseFromString(rest)) return damaged();
  ASSIGN_OR_RETURN(Run run, RunFromProto(workspace, onboarding, std::move(plan), proto, calendars));
  StoredRun stored(std::move(run));
  stored.tasks_ = std::move(tasks);
  stored.places_ = std::move(places);
  return stored;
}

Course StoredRun::course() const {
  std::vector<bool> last_skipped(static_cast<size_t>(run_.plan->plan.size()));
  for (const Place& place : places_) {
    if (place.step >= 0 && place.step < run_.plan->plan.size())
      last_skipped[static_cast<size_t>(place.step)] = place.skipped;
  }
  return CourseOf(run_, last_skipped);
}

absl::StatusOr<TaskRecord> StoredRun::ReadTask(flow::NodeIndex step, int round) const {
  for (const Place& place : places_) {
    if (place.step != step || place.round != round) continue;
    StoredTask proto;
    const absl::string_view bytes = absl::string_view(tasks_).substr(place.from, place.size);
    const bool fits = step >= 0 && step < run_.plan->plan.size();
    if (!fits || !proto.ParseFromArray(bytes.data(), static_cast<int>(bytes.size()))) break;
    return TaskFromProto(proto);
  }
  return base::Internal(absl::StrCat("the row of on-boarding ", run_.spec.id,
                                     " has no task of step ", step, ", round ", round));
}

}  // namespace plumbline::onboarding
