// SPDX-License-Identifier: Apache-2.0
#include "services/catalog/reader.h"

#include <optional>
#include <utility>

#include "absl/strings/str_cat.h"
#include "common/base/error.h"
#include "common/base/status_macros.h"
#include "plumbline/catalog/v1/catalog_service.pb.h"

namespace plumbline::catalog {
namespace {

absl::Status LatestNotFound(const ProcessKey& key) {
  const std::string name = absl::StrCat(NameOf(key), "@latest");
  return base::Error(base::Reason::ERROR_REASON_RESOURCE_NOT_FOUND,
                     absl::StrCat("'", NameOf(key),
                                  "' has no published revision yet: publish it, or read its draft"))
      .Resource("Process", name);
}

// Cuts the row that was read beyond the page.
Reader::Page ToPage(std::vector<v1::Process> rows, int page_size) {
  Reader::Page page{std::move(rows)};
  page.more = page.processes.size() > static_cast<size_t>(page_size);
  if (page.more) page.processes.resize(page_size);
  return page;
}

}  // namespace

Reader::Response ToResponse(const v1::Process& process) {
  v1::GetProcessResponse response;
  *response.mutable_process() = process;
  return std::make_shared<const std::string>(response.SerializeAsString());
}

std::string Reader::RevisionKey(absl::string_view name) const {
  return absl::StrCat("revision/", store_.identity(), "/", name);
}

Reader::Response Reader::Peek(absl::string_view name, int64_t min_position) const {
  const size_t at = name.find('@');
  // Keys of both memories are made of checked names: what is no name is not found.
  if (at != absl::string_view::npos && name.substr(at) != "@latest")
    return cache_.Peek(RevisionKey(name));
  const absl::string_view head_name = name.substr(0, at);
  std::optional<KnownHead> head = heads_.Find(head_name, min_position, clock_.Now());
  if (!head.has_value()) return nullptr;
  if (at == absl::string_view::npos) return std::move(head->response);
  return cache_.Peek(RevisionKey(absl::StrCat(head_name, "@", head->latest_revision)));
}

absl::StatusOr<Reader::Response> Reader::Get(const base::CallContext& context,
                                             const ProcessRef& ref, int64_t min_position) {
  if (ref.form == ProcessRef::Form::kRevision) return GetRevision(context, ref.key, ref.revision);
  ASSIGN_OR_RETURN(KnownHead head, GetHead(context, ref.key, min_position));
  if (ref.form == ProcessRef::Form::kHead) return head.response;
  if (head.latest_revision == 0) return LatestNotFound(ref.key);
  return GetRevision(context, ref.key, head.latest_revision);
}

absl::StatusOr<KnownHead> Reader::GetHead(const base::CallContext& context, const ProcessKey& key,
                                          int64_t min_position) {
  const std::string name = NameOf(key);
  const absl::Time now = clock_.Now();
  if (std::optional<KnownHead> known = heads_.Find(name, min_position, now))
    return *std::move(known);
  const HeadMemory::Ticket ticket = heads_.BeginFill(name);
  KnownHead known{.as_of = now};
  RETURN_IF_ERROR(store_.Read(context, [&](Snapshot& snapshot) -> absl::Status {
    ASSIGN_OR_RETURN(known.position, snapshot.Position());
    ASSIGN_OR_RETURN(std::optional<Head> head, snapshot.FindHead(key));
    if (!head.has_value()) return base::NotFound("Process", name);
    known.response = ToResponse(head->process);
    known.latest_revision = head->process.latest_revision();
    known.version = head->version;
    return absl::OkStatus();
  }));
  heads_.EndFill(name, ticket, known);
  return known;
}

absl::StatusOr<Reader::Response> Reader::GetRevision(const base::CallContext& context,
                                                     const ProcessKey& key, int64_t revision) {
  const std::string name = NameOf(key, revision);
  if (Response cached = cache_.Get(RevisionKey(name))) return cached;
  std::optional<v1::Process> process;
  RETURN_IF_ERROR(store_.Read(context, [&](Snapshot& snapshot) -> absl::Status {
    ASSIGN_OR_RETURN(process, snapshot.FindRevision(key, revision));
    return absl::OkStatus();
  }));
  if (!process.has_value()) return base::NotFound("Process", name);
  Response response = ToResponse(*process);
  cache_.Put(RevisionKey(name), response);
  return response;
}

void Reader::Remember(const ProcessKey& key, const v1::Process& revision) {
  cache_.Put(RevisionKey(NameOf(key, revision.revision())), ToResponse(revision));
}

absl::StatusOr<Reader::Page> Reader::List(const base::CallContext& context,
                                          const ListCommand& command) {
  std::vector<v1::Process> rows;
  RETURN_IF_ERROR(store_.Read(context, [&](Snapshot& snapshot) -> absl::Status {
    ASSIGN_OR_RETURN(rows,
                     snapshot.ListHeads(command.workspace, command.after, command.page_size + 1));
    return absl::OkStatus();
  }));
  return ToPage(std::move(rows), command.page_size);
}

absl::StatusOr<Reader::Page> Reader::ListRevisions(const base::CallContext& context,
                                                   const ListRevisionsCommand& command) {
  std::vector<v1::Process> rows;
  RETURN_IF_ERROR(store_.Read(context, [&](Snapshot& snapshot) -> absl::Status {
    ASSIGN_OR_RETURN(std::optional<Head> head, snapshot.FindHead(command.key));
    if (!head.has_value()) return base::NotFound("Process", NameOf(command.key));
    ASSIGN_OR_RETURN(rows,
                     snapshot.ListRevisions(command.key, command.before, command.page_size + 1));
    return absl::OkStatus();
  }));
  return ToPage(std::move(rows), command.page_size);
}

}  // namespace plumbline::catalog
