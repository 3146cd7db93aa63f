// SPDX-License-Identifier: Apache-2.0
#include "services/analytics/ingest/json_elements.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "common/base/error.h"
#include "common/base/status_macros.h"

namespace plumbline::analytics {
namespace {

constexpr size_t kMaxElementBytes = 4 << 20;
constexpr size_t kMaxNameBytes = 1'000;
constexpr size_t kMaxMembers = 20;

bool IsSpace(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }

}  // namespace

absl::Status JsonElements::Wrong(absl::string_view what) const {
  return base::Error(base::Reason::ERROR_REASON_IMPORT_FORMAT,
                     absl::StrCat("line ", line_, ": the JSON cannot be read: ", what))
      .With("line", absl::StrCat(line_));
}

absl::Status JsonElements::Feed(absl::string_view bytes, Each each) {
  for (const char c : bytes) {
    ASSIGN_OR_RETURN(bool taken, Take(c, each));
    if (!taken) {
      ASSIGN_OR_RETURN(taken, Take(c, each));
    }
    if (c == '\n') ++line_;
  }
  return absl::OkStatus();
}

absl::Status JsonElements::Finish() const {
  if (state_ == State::kEnd) return absl::OkStatus();
  return Wrong("it is truncated: it ends before its object does; send the whole file");
}

absl::StatusOr<bool> JsonElements::Take(char c, Each each) {
  if (state_ == State::kName) {
    RETURN_IF_ERROR(TakeName(c));
    return true;
  }
  if (state_ != State::kPassing && state_ != State::kGathering) {
    if (!IsSpace(c)) RETURN_IF_ERROR(TakeBetween(c));
    return true;
  }
  const bool gathering = state_ == State::kGathering;
  const Part part = TakeOfValue(c);
  if (gathering && part != Part::kBehind) {
    element_.push_back(c);
    if (element_.size() > kMaxElementBytes)
      return Wrong("an element is longer than 4 MiB; no event or object is");
  }
  if (part == Part::kGoesOn) return true;
  state_ = gathering ? State::kAfterElement : State::kAfterValue;
  if (gathering) RETURN_IF_ERROR(each(member_, element_));
  return part == Part::kLast;
}

absl::Status JsonElements::TakeName(char c) {
  if (escaped_) {
    escaped_ = false;
  } else if (c == '\\') {
    escaped_ = true;
  } else if (c == '"') {
    state_ = State::kColon;
    return absl::OkStatus();
  }
  member_.push_back(c);
  return member_.size() <= kMaxNameBytes ? absl::OkStatus()
                                         : Wrong("the name of a member is longer than 1,000 bytes");
}

absl::Status JsonElements::TakeBetween(char c) {
  const State state = state_;
  if (state == State::kStart && c == '{') {
    state_ = State::kFirstMember;
  } else if ((state == State::kFirstMember || state == State::kMember) && c == '"') {
    member_.clear();
    state_ = State::kName;
  } else if ((state == State::kFirstMember || state == State::kAfterValue) && c == '}') {
    state_ = State::kEnd;
  } else if (state == State::kAfterValue && c == ',') {
    state_ = State::kMember;
  } else if (state == State::kColon && c == ':') {
    state_ = State::kValue;
    if (members_.size() < kMaxMembers) members_.push_back(member_);
    met_ |= std::find(wanted_.begin(), wanted_.end(), member_) != wanted_.end();
  } else if (state == State::kValue && c == '[') {
    state_ = State::kFirstElement;
  } else if ((state == State::kFirstElement || state == State::kAfterElement) && c == ']') {
    state_ = State::kAfterValue;
  } else if (state == State::kAfterElement && c == ',') {
    state_ = State::kElement;
  } else if (c == ',' || c == ':' || c == ']' || c == '}') {
    return Wrong(absl::StrCat("a '", std::string(1, c), "' stands where it cannot"));
  } else if (state == State::kValue) {
    BeginValue(State::kPassing, c);
  } else if (state == State::kFirstElement || state == State::kElement) {
    BeginValue(State::kGathering, c);
  } else if (state == State::kEnd) {
    return Wrong("something follows the end of its object");
  } else {
    return Wrong(state == State::kStart ? "it is no object"
                                        : "a ',', a name in double quotes or a ':' is missing");
  }
  return absl::OkStatus();
}

void JsonElements::BeginValue(State state, char c) {
  state_ = state;
  element_.assign(1, c);
  depth_ = c == '{' || c == '[' ? 1 : 0;
  in_text_ = c == '"';
  escaped_ = false;
}

JsonElements::Part JsonElements::TakeOfValue(char c) {
  if (in_text_) {
    if (escaped_) {
      escaped_ = false;
    } else if (c == '\\') {
      escaped_ = true;
    } else if (c == '"') {
      in_text_ = false;
      return depth_ == 0 ? Part::kLast : Part::kGoesOn;
    }
    return Part::kGoesOn;
  }
  if (depth_ == 0)  // a number or a word
    return IsSpace(c) || c == ',' || c == ']' || c == '}' ? Part::kBehind : Part::kGoesOn;
  if (c == '"') in_text_ = true;
  if (c == '{' || c == '[') ++depth_;
  if (c == '}' || c == ']') --depth_;
  return depth_ == 0 ? Part::kLast : Part::kGoesOn;
}

}  // namespace plumbline::analytics
