// SPDX-License-Identifier: Apache-2.0
#include "clients/cli/resource_kind.h"

#include <array>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "clients/cli/message_changes.h"
#include "clients/cli/resource_kinds.h"
#include "common/base/error.h"
#include "google/protobuf/util/message_differencer.h"

namespace plumbline::cli {
namespace {

// People write the fields below; the catalog fills in the others.
constexpr int kFirstOutputField = 20;

std::string InWords(bool (*which)(const ResourceKind&)) {
  std::string words;
  for (const ResourceKind* kind : AllKinds()) {
    if (which(*kind)) absl::StrAppend(&words, words.empty() ? "" : " or ", kind->pattern());
  }
  return words;
}

// Whether a name has the form of a pattern: "processes/x" that of "processes/ID".
bool Fits(absl::Span<const absl::string_view> name, absl::string_view pattern) {
  const std::vector<absl::string_view> words = absl::StrSplit(pattern, '/');
  if (words.size() != name.size()) return false;
  for (size_t i = 0; i < words.size(); ++i) {
    if (!absl::ascii_isupper(words[i][0]) && words[i] != name[i]) return false;
  }
  return true;
}

}  // namespace

absl::StatusOr<Saved> ResourceKind::Check(Session& session, const Message& resource,
                                          const PlannedState&) const {
  return Save(session, resource, {.validate_only = true});
}

absl::StatusOr<std::vector<std::string>> ResourceKind::Differences(Session&, const Message& before,
                                                                   const Message& after) const {
  std::vector<std::string> lines = MessageChanges(*ContentOf(before), *ContentOf(after));
  for (std::string& line : lines) line.insert(0, "    ");
  return lines;
}

absl::Status ResourceKind::Cycle(const std::string& chain) const {
  return base::Error(base::Reason::ERROR_REASON_PROCESS_CYCLE,
                     absl::StrCat("'", chain.substr(0, chain.find(' ')),
                                  "' would call itself: ", chain, "; remove one of these calls"))
      .With("chain", chain);
}

absl::StatusOr<MessagePtr> ResourceKind::Delete(Session&, const std::string&,
                                                const DeleteOptions&) const {
  return base::Internal(absl::StrCat(collection(), " cannot be deleted"));
}

absl::StatusOr<MessagePtr> ResourceKind::Find(Session& session, const std::string& name) const {
  absl::StatusOr<MessagePtr> found = Get(session, name);
  if (absl::IsNotFound(found.status())) return MessagePtr();
  return found;
}

absl::Span<const ResourceKind* const> AllKinds() {
  // The policy last: what the same command publishes is published as the present one demands.
  static const auto* const kKinds = new std::array<const ResourceKind*, 7>{
      CalendarKind(), UtilityKind(), StepKind(),  ProcessKind(),
      TagKind(),      PersonKind(),  PolicyKind()};
  return *kKinds;
}

const ResourceKind* KindOf(absl::string_view name) {
  const std::vector<absl::string_view> words = absl::StrSplit(name, '/');
  const size_t workspace = words[0] == "workspaces" ? 2 : 0;
  if (words.size() <= workspace) return nullptr;
  for (const ResourceKind* kind : AllKinds()) {
    if (Fits(absl::MakeSpan(words).subspan(workspace), kind->pattern())) return kind;
  }
  return nullptr;
}

std::string WithoutRevision(const ResourceKind& kind, const std::string& name) {
  return kind.has_revisions() ? name.substr(0, name.find('@')) : name;
}

std::string FullNameOf(const Session& session, const std::string& name) {
  const bool is_name = absl::StrContains(name, '/') || KindOf(name) != nullptr;
  return is_name ? session.FullName(name) : session.FullName("processes", name);
}

std::string KindsInWords() {
  return InWords([](const ResourceKind&) { return true; });
}

std::string DeletedInWords() {
  return InWords([](const ResourceKind& kind) { return kind.can_delete(); });
}

std::string TextOf(const Message& resource, const char* field) {
  return resource.GetReflection()->GetString(resource,
                                             resource.GetDescriptor()->FindFieldByName(field));
}

void SetText(const char* field, const std::string& text, Message* resource) {
  resource->GetReflection()->SetString(resource, resource->GetDescriptor()->FindFieldByName(field),
                                       text);
}

MessagePtr ContentOf(const Message& resource) {
  MessagePtr content(resource.New());
  content->CopyFrom(resource);
  std::vector<const google::protobuf::FieldDescriptor*> set;
  content->GetReflection()->ListFields(*content, &set);
  for (const auto* field : set) {
    if (field->number() >= kFirstOutputField || field->name() == "name")
      content->GetReflection()->ClearField(content.get(), field);
  }
  return content;
}

bool SameContent(const Message& a, const Message& b) {
  return google::protobuf::util::MessageDifferencer::Equals(*ContentOf(a), *ContentOf(b));
}

}  // namespace plumbline::cli
