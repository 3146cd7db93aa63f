// SPDX-License-Identifier: Apache-2.0
//
// JSON (RFC 8259) that is too large for memory: the elements of the lists at its top, one at a
// time.
#ifndef PLUMBLINE_SERVICES_ANALYTICS_INGEST_JSON_ELEMENTS_H_
#define PLUMBLINE_SERVICES_ANALYTICS_INGEST_JSON_ELEMENTS_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace plumbline::analytics {

// A value. Numbers keep their text: who wants one knows of what kind.
struct JsonValue {
  enum class Kind { kNull, kBool, kNumber, kText, kList, kObject } kind = Kind::kNull;
  bool truth = false;
  std::string text;                // of kNumber and kText
  std::vector<JsonValue> list;     // of kList; of kObject, the values of its members
  std::vector<std::string> names;  // of kObject: those of its members, in their order

  // The first member of this name; nullptr if there is none. O(members).
  const JsonValue* Find(absl::string_view name) const;
  // The text of a member that is one; "" if there is none.
  absl::string_view TextOf(absl::string_view name) const;
};

// Reads one value with nothing but spaces around it. Strict: no comments, no trailing commas, no
// single quotes, UTF-8 only; up to 32 levels and 100,000 values. INVALID_ARGUMENT without a reason,
// which says what is wrong, but not where. O(length).
absl::StatusOr<JsonValue> ParseJson(absl::string_view text);

// Cuts an object that comes in pieces into the elements of its members that are lists. Holds one
// element, up to 4 MiB; members that are no lists are passed over unread. Used by one thread.
class JsonElements {
 public:
  // `wanted`: names of members of which `met` tells, as they are written.
  explicit JsonElements(std::vector<std::string> wanted = {}) : wanted_(std::move(wanted)) {}

  // An element of the list under `member`, from its first byte to its last. Errors end the reading.
  using Each = absl::FunctionRef<absl::Status(absl::string_view member, absl::string_view element)>;

  // IMPORT_FORMAT with the line for what is no such object; errors of `each`.
  absl::Status Feed(absl::string_view bytes, Each each);
  // IMPORT_FORMAT if the object is not complete.
  absl::Status Finish() const;
  // Of what was read last, from 1.
  int64_t line() const { return line_; }
  // A member of a wanted name came, wherever it stands and whatever it is.
  bool met() const { return met_; }
  // Names of the object's first members, up to 20, as they are written.
  const std::vector<std::string>& members() const { return members_; }
  // The object is complete.
  bool ended() const { return state_ == State::kEnd; }

 private:
  enum class State {
    kStart,
    kFirstMember,
    kMember,
    kName,
    kColon,
    kValue,
    kPassing,
    kAfterValue,
    kFirstElement,
    kElement,
    kGathering,
    kAfterElement,
    kEnd
  };

  // One character. False if it ended a value without being part of it, and is to come again.
  absl::StatusOr<bool> Take(char c, Each each);
  absl::Status TakeBetween(char c);
  absl::Status TakeName(char c);
  void BeginValue(State state, char c);
  // A character of the value that is gathered or passed over: whether it ends it, as a part of it
  // or not.
  enum class Part { kGoesOn, kLast, kBehind };
  Part TakeOfValue(char c);
  absl::Status Wrong(absl::string_view what) const;

  const std::vector<std::string> wanted_;
  bool met_ = false;
  State state_ = State::kStart;
  std::string member_, element_;
  std::vector<std::string> members_;
  int depth_ = 0;         // within the value
  bool in_text_ = false;  // within a string
  bool escaped_ = false;  // after a backslash of that
  int64_t line_ = 1;
};

}  // namespace plumbline::analytics

#endif  // PLUMBLINE_SERVICES_ANALYTICS_INGEST_JSON_ELEMENTS_H_
