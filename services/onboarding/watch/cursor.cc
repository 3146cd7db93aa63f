// SPDX-License-Identifier: Apache-2.0
#include "services/onboarding/watch/cursor.h"

#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "common/base/error.h"
#include "common/base/ids.h"

namespace plumbline::onboarding {
namespace {

constexpr char kVersion[] = "h1";
constexpr size_t kCheckDigits = 12;

// Tells a cursor of this parent from any other text; no secret.
std::string CheckOf(const WatchParent& parent, absl::string_view place) {
  std::string bound = absl::StrCat(parent.workspace, "/", parent.onboarding, "/", place);
  return base::Sha256Hex(bound).substr(0, kCheckDigits);
}

}  // namespace

std::string FormatCursor(const WatchParent& parent, const FeedCursor& cursor) {
  std::string place = absl::StrCat(kVersion, "-", cursor.position, "-", cursor.serial);
  return absl::StrCat(place, "-", CheckOf(parent, place));
}

absl::StatusOr<FeedCursor> ParseCursor(const WatchParent& parent, absl::string_view text) {
  std::vector<std::string> parts = absl::StrSplit(text.substr(0, 100), '-');
  FeedCursor cursor;
  if (parts.size() == 4 && absl::SimpleAtoi(parts[1], &cursor.position) &&
      absl::SimpleAtoi(parts[2], &cursor.serial) && FormatCursor(parent, cursor) == text) {
    return cursor;
  }
  return base::Error(base::Reason::ERROR_REASON_CURSOR_INVALID,
                     absl::StrCat("cursor '", text.substr(0, 60),
                                  "' was not made for this parent; give one that its watch sent, "
                                  "'now', or none for all from the beginning"))
      .Field("cursor", absl::StrCat("'", text.substr(0, 60),
                                    "' is no place in this history; give one that a watch of the "
                                    "same workspace or on-boarding sent, 'now', or none for all "
                                    "from the beginning"));
}

}  // namespace plumbline::onboarding
