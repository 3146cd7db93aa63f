// SPDX-License-Identifier: Apache-2.0
//
// Watch cursors as clients see them: opaque text, bound to the parent that it was made for.
#ifndef PLUMBLINE_SERVICES_ONBOARDING_WATCH_CURSOR_H_
#define PLUMBLINE_SERVICES_ONBOARDING_WATCH_CURSOR_H_

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "services/onboarding/runs/store.h"

namespace plumbline::onboarding {

// What is watched: a workspace, or one on-boarding of it.
struct WatchParent {
  std::string workspace;
  std::string onboarding;  // "" = all
};

std::string FormatCursor(const WatchParent& parent, const FeedCursor& cursor);

// CURSOR_INVALID if FormatCursor did not make it for this parent.
absl::StatusOr<FeedCursor> ParseCursor(const WatchParent& parent, absl::string_view text);

}  // namespace plumbline::onboarding

#endif  // PLUMBLINE_SERVICES_ONBOARDING_WATCH_CURSOR_H_
