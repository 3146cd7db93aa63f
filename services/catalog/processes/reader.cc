// SPDX-License-Identifier: Apache-2.0
#include "services/catalog/processes/reader.h"

#include <limits>
#include <optional>
#include <utility>

#include "absl/strings/str_cat.h"
#include "common/base/error.h"
#include "common/base/status_macros.h"
#include "plumbline/catalog/v1/catalog_service.pb.h"
#include "services/catalog/life/life.h"
#include "services/catalog/processes/convert.h"

namespace plumbline::catalog {
namespace {

constexpr int64_t kAfterAllWrites = std::numeric_limits<int64_t>::max();

// The revision that `ref` means by what is known of the head; 0 if there is none.
int64_t Resolve(const KnownHead& head, const ProcessRef& ref, absl::Time now) {
  switch (ref.form) {
    case ProcessRef::Form::kRevision:
      return ref.revision <= head.latest_revision ? ref.revision : 0;
    case ProcessRef::Form::kTag: {
      const v1::Tag* tag = head.life == nullptr ? nullptr : FindTag(*head.life, ref.tag);
      return tag == nullptr ? 0 : tag->revision();
    }
    default:
      if (head.life == nullptr) return head.latest_revision;
      return ChooseRevision(*head.life, ref.at.value_or(now)).revision;
  }
}

absl::Status NotResolved(const KnownHead& head, const ProcessRef& ref, absl::Time now) {
  if (ref.form == ProcessRef::Form::kRevision)
    return base::NotFound("Process", NameOf(ref.key, ref.revision));
  if (ref.form == ProcessRef::Form::kTag)
    return base::NotFound("Process", NameOf(ref.key, ref.tag));
  v1::Process never_published;
  never_published.set_name(NameOf(ref.key));
  return NothingToChoose(head.life == nullptr ? never_published : *head.life, ref.at.value_or(now));
}

// The answer about a revision: as it was published, and what its head says of it. Messages of one
// type merge by being written one after the other (the wire format's own rule).
Reader::Response WithLife(const KnownHead& head, int64_t revision, Reader::Response published) {
  if (head.life == nullptr || published == nullptr) return published;
  std::optional<v1::Process> life = LifeOf(*head.life, revision);
  if (!life.has_value()) return published;
  auto response = std::make_shared<std::string>();
  v1::GetProcessResponse added;
  *added.mutable_process() = *std::move(life);
  response->reserve(published->size() + added.ByteSizeLong());
  *response = *published;
  added.AppendToString(response.get());
  return response;
}

}  // namespace

Reader::Response ToResponse(const v1::Process& process) {
  v1::GetProcessResponse response;
  // Lent while it is written: a copy of a large tree would cost more than all the rest.
  response.unsafe_arena_set_allocated_process(const_cast<v1::Process*>(&process));
  auto bytes = std::make_shared<const std::string>(response.SerializeAsString());
  response.unsafe_arena_release_process();
  return bytes;
}

KnownHead Know(const Head& head, int64_t position, absl::Time as_of) {
  KnownHead known{.response = ToResponse(head.process),
                  .latest_revision = head.process.latest_revision(),
                  .version = head.version,
                  .position = position,
                  .as_of = as_of};
  if (std::optional<v1::Process> life = LifeOf(head.process))
    known.life = std::make_shared<const v1::Process>(*std::move(life));
  return known;
}

std::string Reader::RevisionKey(absl::string_view head_name, int64_t revision) const {
  // "2": a release that knew no lives of revisions put what it did not know into the values of "1".
  return absl::StrCat("revision/2/", store_.identity(), "/", head_name, "@", revision);
}

Reader::Response Reader::Peek(absl::string_view name, int64_t min_position,
                              std::optional<absl::Time> at) const {
  const size_t mark = name.find('@');
  const absl::string_view head_name = name.substr(0, mark);
  // Keys of both memories are made of checked names: what is no name is not found.
  const absl::Time now = clock_.Now();
  Response answer;
  if (mark == absl::string_view::npos) {
    heads_.Show(head_name, min_position, now, [&](const KnownHead& h) { answer = h.response; });
    return answer;
  }
  std::optional<ProcessRef> ref = ToSelector(name.substr(mark + 1));
  if (!ref.has_value()) return nullptr;
  ref->at = at;
  int64_t revision = 0;
  std::optional<KnownHead> head;
  // The answer that was given last costs one look-up; others are put together.
  heads_.Show(head_name, min_position, now, [&](const KnownHead& known) {
    revision = Resolve(known, *ref, now);
    if (revision == 0) return;
    if (revision == known.answered_revision) {
      answer = known.answer;
    } else {
      head = known;
    }
  });
  if (!head.has_value()) return answer;
  answer = WithLife(*head, revision, cache_.Peek(RevisionKey(head_name, revision)));
  if (answer != nullptr) heads_.KeepAnswer(head_name, head->version, revision, answer);
  return answer;
}

absl::StatusOr<Reader::Response> Reader::Get(const base::CallContext& context,
                                             const ProcessRef& ref, int64_t min_position) {
  ASSIGN_OR_RETURN(KnownHead head, GetHead(context, ref.key, min_position));
  if (ref.form == ProcessRef::Form::kHead) return head.response;
  const absl::Time now = clock_.Now();
  int64_t revision = Resolve(head, ref, now);
  if (revision == 0) {
    // Another process may have published or tagged it since.
    ASSIGN_OR_RETURN(head, GetHead(context, ref.key, kAfterAllWrites));
    revision = Resolve(head, ref, now);
  }
  if (revision == 0) return NotResolved(head, ref, now);
  ASSIGN_OR_RETURN(Response published, GetRevision(context, ref.key, revision));
  return WithLife(head, revision, std::move(published));
}

absl::StatusOr<KnownHead> Reader::GetHead(const base::CallContext& context, const ProcessKey& key,
                                          int64_t min_position) {
  const std::string name = NameOf(key);
  const absl::Time now = clock_.Now();
  if (std::optional<KnownHead> known = heads_.Find(name, min_position, now))
    return *std::move(known);
  const HeadMemory::Ticket ticket = heads_.BeginFill(name);
  KnownHead known;
  RETURN_IF_ERROR(store_.Read(context, [&](Snapshot& snapshot) -> absl::Status {
    ASSIGN_OR_RETURN(const int64_t position, snapshot.Position());
    ASSIGN_OR_RETURN(std::optional<Head> head, snapshot.FindHead(key));
    if (!head.has_value()) return base::NotFound("Process", name);
    known = Know(*head, position, now);
    return absl::OkStatus();
  }));
  heads_.EndFill(name, ticket, known);
  return known;
}

absl::StatusOr<Reader::Response> Reader::GetRevision(const base::CallContext& context,
                                                     const ProcessKey& key, int64_t revision) {
  const std::string cache_key = RevisionKey(NameOf(key), revision);
  if (Response cached = cache_.Get(cache_key)) return cached;
  std::optional<v1::Process> process;
  RETURN_IF_ERROR(store_.Read(context, [&](Snapshot& snapshot) -> absl::Status {
    ASSIGN_OR_RETURN(process, snapshot.FindRevision(key, revision));
    return absl::OkStatus();
  }));
  if (!process.has_value()) return base::NotFound("Process", NameOf(key, revision));
  Response response = ToResponse(*process);
  cache_.Put(cache_key, response);
  return response;
}

void Reader::Remember(const ProcessKey& key, const v1::Process& revision) {
  cache_.Put(RevisionKey(NameOf(key), revision.revision()), ToResponse(revision));
}

absl::StatusOr<Reader::Page> Reader::List(const base::CallContext& context,
                                          const ListCommand& command) {
  Page page;
  RETURN_IF_ERROR(store_.Read(context, [&](Snapshot& snapshot) -> absl::Status {
    ASSIGN_OR_RETURN(page, snapshot.ListHeads(command.workspace, command.query));
    return absl::OkStatus();
  }));
  return page;
}

absl::StatusOr<Reader::Page> Reader::ListRevisions(const base::CallContext& context,
                                                   const ListRevisionsCommand& command) {
  Page page;
  RETURN_IF_ERROR(store_.Read(context, [&](Snapshot& snapshot) -> absl::Status {
    ASSIGN_OR_RETURN(std::optional<Head> head, snapshot.FindHead(command.key));
    if (!head.has_value()) return base::NotFound("Process", NameOf(command.key));
    ASSIGN_OR_RETURN(page, snapshot.ListRevisions(command.key, command.query));
    for (v1::Process& row : page.rows) AddLife(head->process, &row);
    return absl::OkStatus();
  }));
  return page;
}

}  // namespace plumbline::catalog
