// SPDX-License-Identifier: Apache-2.0
#include "services/analytics/objectives/service/change.h"

#include <optional>
#include <utility>

#include "absl/strings/str_cat.h"
#include "common/base/error.h"
#include "common/base/ids.h"
#include "common/base/status_macros.h"
#include "common/webhook/signature.h"
#include "google/protobuf/util/message_differencer.h"
#include "services/analytics/objectives/service/terms.h"
#include "services/analytics/serving/answers.h"

namespace plumbline::analytics {
namespace {

constexpr size_t kEtagDigits = 16;

absl::Status CheckObjective(const v1::Objective& objective, const ObjectiveKey& key,
                            const webhook::UrlPolicy& urls) {
  RETURN_IF_ERROR(CheckTexts(objective, "objective", urls));
  return Compile(objective, key.workspace, "objective").status();
}

// Copies the named fields of the content.
void CopyContent(const v1::Objective& from, absl::Span<const std::string> fields,
                 v1::Objective* to) {
  v1::Objective copy = from;
  std::vector<const google::protobuf::FieldDescriptor*> swapped;
  for (const std::string& field : fields)
    swapped.push_back(from.GetDescriptor()->FindFieldByName(field));
  from.GetReflection()->SwapFields(&copy, to, swapped);
}

// Fills in what the service says about new content.
void Stamp(const ObjectiveChange& change, int64_t version, StoredObjective* stored) {
  v1::Objective& objective = stored->objective;
  stored->version = version;
  objective.set_author(change.subject);
  *objective.mutable_update_time() = ToTimestamp(absl::ToUnixMicros(change.time));
  objective.set_etag(
      base::Sha256Hex(absl::StrCat(stored->uid, "/", version)).substr(0, kEtagDigits));
}

// A secret signs while there is somebody to send to. Returns the one that was made, if it was.
absl::StatusOr<std::string> SetSecret(const std::string& given, const ObjectiveChange& change,
                                      StoredObjective* stored) {
  if (stored->objective.alert_webhook_url().empty()) {
    if (!given.empty()) {
      return base::FieldError("alert_webhook_secret",
                              "signs what is sent, but the objective has no alert_webhook_url; "
                              "leave it out, or say where alerts go");
    }
    stored->secret.clear();
    return "";
  }
  if (!given.empty()) {
    RETURN_IF_ERROR(webhook::CheckSecret("alert_webhook_secret", given));
    stored->secret = given;
    return "";
  }
  if (!stored->secret.empty()) return "";
  stored->secret = change.new_secret;
  return stored->secret;
}

absl::Status CheckEtag(const StoredObjective& present, const std::string& etag) {
  if (etag.empty() || etag == present.objective.etag()) return absl::OkStatus();
  return base::Error(base::Reason::ERROR_REASON_ETAG_MISMATCH,
                     absl::StrCat("'", NameOf(present.key), "' has changed since its etag was '",
                                  etag.substr(0, 40), "': read it again"))
      .With("etag", present.objective.etag())
      .Resource("Objective", NameOf(present.key));
}

}  // namespace

absl::Span<const absl::string_view> ObjectiveFields() {
  static constexpr absl::string_view kFields[] = {
      "title",  "description",     "event_log",         "selection", "measure",
      "period", "goal_share",      "rule_set",          "rules",     "min_bad_count",
      "policy", "min_event_count", "alert_webhook_url", "labels"};
  return kFields;
}

absl::StatusOr<StoredObjective> Require(ObjectiveView& view, const ObjectiveKey& key) {
  ASSIGN_OR_RETURN(std::optional<StoredObjective> found, view.objectives().Find(key));
  if (!found.has_value()) return base::NotFound("Objective", NameOf(key));
  return *std::move(found);
}

absl::StatusOr<ChangedObjective> Apply(ObjectiveView& view, const CreateObjective& command,
                                       const webhook::UrlPolicy& urls,
                                       const ObjectiveChange& change) {
  RETURN_IF_ERROR(CheckObjective(command.content, command.key, urls));
  ASSIGN_OR_RETURN(const std::optional<StoredObjective> present,
                   view.objectives().Find(command.key));
  if (present.has_value()) return base::AlreadyExists("Objective", NameOf(command.key));
  ASSIGN_OR_RETURN(const int64_t count, view.objectives().Count(command.key.workspace));
  if (count >= kMostObjectives) {
    return base::FieldError("parent", absl::StrCat("has ", count, " objectives; at most ",
                                                   kMostObjectives, ": delete one first"));
  }
  ChangedObjective changed;
  StoredObjective& stored = changed.stored;
  stored.key = command.key;
  stored.uid = change.uid;
  const auto names = ObjectiveFields();
  std::vector<std::string> fields;
  for (const absl::string_view name : names) fields.emplace_back(name);
  CopyContent(command.content, fields, &stored.objective);
  stored.objective.set_name(NameOf(command.key));
  *stored.objective.mutable_create_time() = ToTimestamp(absl::ToUnixMicros(change.time));
  ASSIGN_OR_RETURN(changed.made_secret, SetSecret(command.secret, change, &stored));
  Stamp(change, 1, &stored);
  return changed;
}

absl::StatusOr<ChangedObjective> Apply(ObjectiveView& view, const UpdateObjective& command,
                                       const webhook::UrlPolicy& urls,
                                       const ObjectiveChange& change) {
  ASSIGN_OR_RETURN(const StoredObjective present, Require(view, command.key));
  RETURN_IF_ERROR(CheckEtag(present, command.etag));
  ChangedObjective changed{present, ""};
  StoredObjective& stored = changed.stored;
  CopyContent(command.content, command.fields, &stored.objective);
  RETURN_IF_ERROR(CheckObjective(stored.objective, command.key, urls));
  ASSIGN_OR_RETURN(changed.made_secret, SetSecret(command.secret, change, &stored));
  if (stored.secret == present.secret &&
      google::protobuf::util::MessageDifferencer::Equals(stored.objective, present.objective)) {
    return changed;
  }
  Stamp(change, present.version + 1, &stored);
  return changed;
}

absl::StatusOr<ChangedObjective> Apply(ObjectiveView& view, const DeleteObjective& command,
                                       const webhook::UrlPolicy&, const ObjectiveChange&) {
  ASSIGN_OR_RETURN(StoredObjective present, Require(view, command.key));
  RETURN_IF_ERROR(CheckEtag(present, command.etag));
  return ChangedObjective{std::move(present), ""};
}

}  // namespace plumbline::analytics
