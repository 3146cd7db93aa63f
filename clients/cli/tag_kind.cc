// SPDX-License-Identifier: Apache-2.0
//
// Tags as files: "processes/x/tags/stable" says which revision the tag names, and whether for good.
#include <memory>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "clients/cli/current_process.h"
#include "clients/cli/planned_state.h"
#include "clients/cli/resource_kinds.h"
#include "common/base/error.h"
#include "common/base/ids.h"
#include "common/base/status_macros.h"
#include "plumbline/catalog/v1/catalog_service.pb.h"
#include "plumbline/catalog/v1/tag_file.pb.h"

namespace plumbline::cli {
namespace {

namespace pb = catalog::v1;

constexpr char kTags[] = "/tags/";
constexpr char kLocked[] = " locked";

// "workspaces/w/processes/x/tags/stable", taken apart.
struct TagName {
  std::string process, tag;
};
TagName Parse(const std::string& name) {
  const size_t at = name.rfind(kTags);
  return {name.substr(0, at), name.substr(at + sizeof(kTags) - 1)};
}

// "processes/x", of a full name too. An id or a workspace may itself end in "processes".
std::string ShortProcess(const TagName& name) {
  return name.process.substr(name.process.rfind("processes/"));
}

// Tags have no etag of their own: what they say is all that there is.
std::string EtagOf(const pb::TagFile& file) {
  return absl::StrCat(file.revision(), file.locked() ? kLocked : "");
}

pb::TagFile FileOf(const std::string& process, const pb::Tag& tag) {
  pb::TagFile file;
  file.set_name(absl::StrCat(process, kTags, tag.tag()));
  file.set_revision(tag.revision());
  file.set_locked(tag.locked());
  file.set_etag(EtagOf(file));
  return file;
}

// Fills in what both methods take, and calls.
template <typename Response, typename Request>
absl::Status Call(Session& session, const char* method, const TagName& name, int64_t expected,
                  const SaveOptions& options, Request request) {
  request.set_name(name.process);
  request.set_tag(name.tag);
  request.set_expected_revision(expected);
  request.set_validate_only(options.validate_only);
  request.set_reason(options.reason);
  request.set_request_id(base::NewUuid());
  Response response;
  return session.Call(kCatalog, method, request, &response);
}

// A tag that names a revision which is not there, and will not be.
absl::Status NoRevision(Session& session, const pb::TagFile& file, int64_t latest) {
  const std::string process = session.ShortName(Parse(file.name()).process);
  const std::string has = latest == 0 ? "has no published revision here"
                                      : absl::StrCat("has revisions up to ", latest, " here");
  return base::FieldError(
      "tag.revision",
      absl::StrCat(file.revision(), " is no revision of '", process, "', which ", has,
                   "; files do not hold revisions: name one that is there, or leave the file out"));
}

class Tags final : public ResourceKind {
 public:
  const char* pattern() const override { return "processes/ID/tags/TAG"; }
  const char* collection() const override { return "tags"; }
  const char* field() const override { return "tag"; }
  const char* type() const override { return "Tag"; }
  MessagePtr New() const override { return std::make_unique<pb::TagFile>(); }

  absl::StatusOr<std::vector<std::string>> List(Session& session) const override {
    std::vector<std::string> names;
    pb::ListProcessesRequest request;
    request.set_parent(session.parent());
    request.set_page_size(1000);
    pb::ListProcessesResponse page;
    do {
      RETURN_IF_ERROR(session.Call(kCatalog, "ListProcesses", request, &page));
      for (const pb::Process& process : page.processes()) {
        for (const pb::Tag& tag : process.tags())
          names.push_back(absl::StrCat(process.name(), kTags, tag.tag()));
      }
      request.set_page_token(page.next_page_token());
    } while (!page.next_page_token().empty());
    return names;
  }

  absl::StatusOr<MessagePtr> Get(Session& session, const std::string& name) const override {
    const TagName parts = Parse(name);
    ASSIGN_OR_RETURN(const pb::Process process, CurrentProcess(session, parts.process));
    for (const pb::Tag& tag : process.tags()) {
      if (tag.tag() == parts.tag) return std::make_unique<pb::TagFile>(FileOf(process.name(), tag));
    }
    return base::NotFound(type(), absl::StrCat(parts.process, "@", parts.tag));
  }

  // Moved first, then locked: a tag that is locked stays where it is.
  absl::StatusOr<Saved> Save(Session& session, const Message& resource,
                             const SaveOptions& options) const override {
    pb::TagFile file = static_cast<const pb::TagFile&>(resource);
    const TagName name = Parse(file.name());
    int64_t present = 0;
    const absl::string_view etag = absl::StripSuffix(file.etag(), kLocked);
    if (!etag.empty() && !absl::SimpleAtoi(etag, &present))
      return base::Internal(absl::StrCat("etag of a tag: ", etag));
    RETURN_IF_ERROR(CheckNotLocked(session, file));
    if (present != file.revision()) {
      pb::SetTagRequest request;
      request.set_revision(file.revision());
      RETURN_IF_ERROR(
          Call<pb::SetTagResponse>(session, "SetTag", name, present, options, std::move(request)));
    }
    // What is not set yet cannot be asked about.
    const bool lock = file.locked() && (present == file.revision() || !options.validate_only);
    if (lock) {
      RETURN_IF_ERROR(Call<pb::LockTagResponse>(session, "LockTag", name, file.revision(), options,
                                                pb::LockTagRequest()));
    }
    file.set_etag(EtagOf(file));
    return Saved{std::make_unique<pb::TagFile>(std::move(file)), {}};
  }

  absl::StatusOr<Saved> Check(Session& session, const Message& resource,
                              const PlannedState& planned) const override {
    const auto& file = static_cast<const pb::TagFile&>(resource);
    const std::string process = Parse(file.name()).process;
    const PlannedProcess* const to_come = planned.FindProcess(session.ShortName(process));
    int64_t latest = to_come == nullptr ? 0 : to_come->revision;
    if (to_come == nullptr && !planned.IsToCome(session.ShortName(process))) {
      ASSIGN_OR_RETURN(const pb::Process head, CurrentProcess(session, process));
      latest = head.latest_revision();
    }
    if (file.revision() < 1 || file.revision() > latest) return NoRevision(session, file, latest);
    if (to_come == nullptr || file.revision() < latest)
      return Save(session, file, {.validate_only = true});
    if (to_come->waits) {
      return base::FieldError(
          "tag.revision", absl::StrCat(latest, " will be there once '", session.ShortName(process),
                                       "' is approved; leave the file out until then"));
    }
    // The service does not know the revision yet; it judges the rest before it says so.
    absl::StatusOr<Saved> asked = Save(session, file, {.validate_only = true});
    if (!asked.ok() && !absl::IsNotFound(asked.status())) return asked;
    return Saved{std::make_unique<pb::TagFile>(file), {}};
  }

  std::vector<std::string> NamedBy(const Message& resource) const override {
    return {ShortProcess(Parse(TextOf(resource, "name")))};
  }

  void AddTo(PlannedState* planned, const Message& resource, bool changed) const override {
    if (!changed) return;
    const auto& file = static_cast<const pb::TagFile&>(resource);
    const TagName name = Parse(file.name());
    planned->AddTag(absl::StrCat(ShortProcess(name), kTags, name.tag), file.revision());
  }

  // Beside the processes, so that these can be applied without their tags.
  std::string Path(const std::string& name) const override {
    const TagName parts = Parse(name);
    return absl::StrCat("tags/", absl::StripPrefix(parts.process, "processes/"), "/", parts.tag);
  }

 private:
  static absl::Status CheckNotLocked(Session& session, const pb::TagFile& file) {
    if (!absl::EndsWith(file.etag(), kLocked)) return absl::OkStatus();
    const TagName name = Parse(file.name());
    return base::Error(base::Reason::ERROR_REASON_TAG_LOCKED,
                       absl::StrCat("'", session.ShortName(name.process), "@", name.tag,
                                    "' is locked for good and says otherwise than the file: "
                                    "use another tag, or write revision: ",
                                    absl::StripSuffix(file.etag(), kLocked), ", locked: true"))
        .Resource("Tag", absl::StrCat(name.process, "@", name.tag));
  }
};

}  // namespace

const ResourceKind* TagKind() {
  static const auto* const kKind = new Tags();
  return kKind;
}

}  // namespace plumbline::cli
