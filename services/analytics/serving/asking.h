// SPDX-License-Identifier: Apache-2.0
//
// Answers that are kept under what was asked.
#ifndef PLUMBLINE_SERVICES_ANALYTICS_SERVING_ASKING_H_
#define PLUMBLINE_SERVICES_ANALYTICS_SERVING_ASKING_H_

#include <string>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "common/base/call_context.h"
#include "common/base/clock.h"
#include "common/base/ids.h"
#include "common/base/status_macros.h"
#include "services/analytics/filter/selection.h"
#include "services/analytics/serving/reader.h"

namespace plumbline::analytics {

// Tells a question about a log apart from others. `method`: a name that no other has. Requests have
// no maps, so that equal ones are equal as bytes.
template <class Request>
std::string QuestionOf(absl::string_view method, const Request& request) {
  return absl::StrCat(method, "/", base::Sha256Hex(request.SerializeAsString()));
}

// Answers `request` about the log of `key` by Reader::Ask: from the cache, by `compute(part,
// keep_on)`, to which `keep_on` says whether the call still goes on, or by `live`.
template <class Request, class Response, class Compute>
absl::Status AskKept(Reader& reader, const base::Clock& clock, const base::CallContext& context,
                     const LogKey& key, absl::string_view method, const Request& request,
                     const Selection& selection, Response* response, const Compute& compute,
                     const LiveAsk* live = nullptr) {
  const auto keep_on = [&] { return context.Check(clock.Now()); };
  return reader.Ask(
      context, key, QuestionOf(method, request), selection, response,
      [&](const SelectedView& part) -> absl::Status {
        RETURN_IF_ERROR(compute(part, keep_on));
        return keep_on();
      },
      live);
}

}  // namespace plumbline::analytics

#endif  // PLUMBLINE_SERVICES_ANALYTICS_SERVING_ASKING_H_
