// SPDX-License-Identifier: Apache-2.0
#include "services/analytics/serving/log_names.h"

#include <optional>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "common/base/error.h"
#include "common/base/nearest.h"
#include "common/base/status_macros.h"
#include "services/analytics/serving/convert.h"

namespace plumbline::analytics {
namespace {

// Looking for what was meant takes time; who has more looks at the list.
constexpr int kMostCandidates = 1'000;

struct Looked {
  bool found = false;
  std::string hint;  // "; did you mean 'deals'?", or what to do instead
};

absl::StatusOr<Looked> Look(const base::CallContext& context, Store& store, const LogKey& key) {
  Looked looked;
  RETURN_IF_ERROR(store.Read(context, [&](LogReads& reads) -> absl::Status {
    ASSIGN_OR_RETURN(const std::optional<LogRecord> record, reads.FindLog(key));
    looked.found = record.has_value();
    if (looked.found) return absl::OkStatus();
    ASSIGN_OR_RETURN(const std::vector<LogRecord> logs,
                     reads.ListLogs(key.workspace, "", kMostCandidates));
    std::vector<std::string> ids;
    for (const LogRecord& log : logs) {
      const std::string& name = log.description.name();
      ids.push_back(name.substr(name.rfind('/') + 1));
    }
    looked.hint = base::DidYouMean(key.log, ids);
    if (looked.hint.empty()) looked.hint = "; check the name, or list what is there";
    return absl::OkStatus();
  }));
  return looked;
}

}  // namespace

absl::Status NoSuchLog(const base::CallContext& context, Store& store, const LogKey& key) {
  ASSIGN_OR_RETURN(const Looked looked, Look(context, store, key));
  const std::string name = NameOf(key);
  return base::Error(base::Reason::ERROR_REASON_RESOURCE_NOT_FOUND,
                     absl::StrCat("EventLog '", name, "' does not exist", looked.hint))
      .Resource("EventLog", name);
}

absl::Status RequireLog(const base::CallContext& context, Store& store, absl::string_view field,
                        const LogKey& key) {
  ASSIGN_OR_RETURN(const Looked looked, Look(context, store, key));
  if (looked.found) return absl::OkStatus();
  const std::string name = NameOf(key);
  return base::Error(base::Reason::ERROR_REASON_RESOURCE_NOT_FOUND,
                     absl::StrCat(field, " is '", name, "', which does not exist", looked.hint))
      .Field(field, absl::StrCat("is '", name, "', which does not exist", looked.hint))
      .Resource("EventLog", name);
}

}  // namespace plumbline::analytics
