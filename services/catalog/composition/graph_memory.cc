// SPDX-License-Identifier: Apache-2.0
#include "services/catalog/composition/graph_memory.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "absl/strings/str_cat.h"
#include "common/base/error.h"
#include "common/base/status_macros.h"
#include "services/catalog/life/life.h"

namespace plumbline::catalog {
namespace {

// Heads that are asked about, and read, at once: some 10 MB of processes of 50 steps.
constexpr int kHeadsAtOnce = 500;

// So many known changes after the watermark make it worth to wait for those who look at the graph,
// in order to move it.
constexpr size_t kChangesWorthAMark = 64;

// Gives `visit` the heads that were written at `position` or later, page by page.
absl::Status ForChanges(GraphReads& reads, absl::string_view workspace, int64_t position,
                        absl::FunctionRef<absl::Status(std::vector<HeadStamp>)> visit) {
  std::string after;
  while (true) {
    ASSIGN_OR_RETURN(std::vector<HeadStamp> page,
                     reads.ChangedSince(workspace, position, after, kHeadsAtOnce));
    const bool last = page.size() < kHeadsAtOnce;
    if (!page.empty()) after = page.back().process;
    RETURN_IF_ERROR(visit(std::move(page)));
    if (last) return absl::OkStatus();
  }
}

// Of `heads` the first and the last that the graph does not know as they are.
std::optional<std::pair<std::string, std::string>> NewsAmong(const impact::Graph& graph,
                                                             const std::vector<HeadStamp>& heads,
                                                             absl::Time now) {
  std::optional<std::pair<std::string, std::string>> range;
  for (const HeadStamp& head : heads) {
    if (graph.Knows(head.process, head.stamp, now)) continue;
    if (!range.has_value()) range.emplace(head.process, head.process);
    range->second = head.process;
  }
  return range;
}

// What a process stands for at a time, by what its head says.
impact::Standing StandingOf(const v1::Process& head, absl::Time now) {
  const std::vector<ChoiceFrom> choices = ChoicesFrom(head, now);
  impact::Standing standing{.latest = head.latest_revision(),
                            .chosen = choices.front().choice.revision,
                            .in_use = RevisionsInUse(head, now),
                            .archived = StateOf(head) == v1::Process::STATE_ARCHIVED};
  for (const v1::Tag& tag : head.tags()) standing.tags.emplace_back(tag.tag(), tag.revision());
  if (choices.size() > 1) standing.until = choices[1].from;
  return standing;
}

}  // namespace

std::shared_ptr<GraphMemory::Entry> GraphMemory::EntryOf(const std::string& workspace) {
  absl::MutexLock lock(&mutex_);
  std::shared_ptr<Entry>& entry = entries_[workspace];
  if (entry == nullptr) entry = std::make_shared<Entry>();
  entry->last_use = ++uses_;
  return entry;
}

absl::Status GraphMemory::Use(const base::CallContext& context, absl::string_view workspace,
                              absl::Time now,
                              absl::FunctionRef<absl::Status(const GraphView&)> body) {
  const std::shared_ptr<Entry> entry = EntryOf(std::string(workspace));
  ASSIGN_OR_RETURN(const bool current, IsCurrent(context, workspace, now, *entry));
  if (!current) {
    absl::MutexLock lock(&entry->mutex);
    RETURN_IF_ERROR(CatchUp(context, workspace, now, *entry));
  }
  absl::ReaderMutexLock lock(&entry->mutex);
  return body({entry->graph, entry->watermark});
}

absl::StatusOr<bool> GraphMemory::IsCurrent(const base::CallContext& context,
                                            absl::string_view workspace, absl::Time now,
                                            Entry& entry) {
  int64_t watermark = 0;
  {
    absl::ReaderMutexLock lock(&entry.mutex);
    watermark = entry.watermark;
    if (watermark == 0 || entry.graph.StandsUntil() <= now) return false;
  }
  int64_t position = 0;
  size_t changed = 0;
  bool news = false;
  RETURN_IF_ERROR(store_.Read(context, [&](GraphReads& reads) -> absl::Status {
    news = false;
    changed = 0;
    ASSIGN_OR_RETURN(position, reads.Position());
    return ForChanges(reads, workspace, watermark, [&](const std::vector<HeadStamp>& heads) {
      absl::ReaderMutexLock lock(&entry.mutex);
      news = news || NewsAmong(entry.graph, heads, now).has_value();
      changed += heads.size();
      return absl::OkStatus();
    });
  }));
  if (news) return false;
  if (changed < kChangesWorthAMark) {
    absl::ReaderMutexLock lock(&entry.mutex);
    // It may have been let go, or left unfinished, by a call that failed.
    return entry.watermark >= watermark && entry.graph.Missing().empty();
  }
  absl::MutexLock lock(&entry.mutex);
  if (entry.watermark < watermark || !entry.graph.Missing().empty()) return false;
  entry.watermark = std::max(entry.watermark, position);
  return true;
}

absl::Status GraphMemory::CatchUp(const base::CallContext& context, absl::string_view workspace,
                                  absl::Time now, Entry& entry) {
  if (entry.too_large) return Refuse(workspace, entry);
  int64_t position = 0;
  const absl::Status read = store_.Read(context, [&](GraphReads& reads) -> absl::Status {
    ASSIGN_OR_RETURN(position, reads.Position());
    return ReadNews(reads, workspace, now, entry);
  });
  // What was read before an error is true as well; only the watermark does not know of it.
  if (read.ok()) entry.watermark = std::max(entry.watermark, position);
  if (entry.too_large) return Refuse(workspace, entry);
  Account(std::string(workspace), entry.graph.bytes());
  return read;
}

absl::Status GraphMemory::ReadNews(GraphReads& reads, absl::string_view workspace, absl::Time now,
                                   Entry& entry) {
  RETURN_IF_ERROR(ForChanges(reads, workspace, entry.watermark,
                             [&](const std::vector<HeadStamp>& changed) -> absl::Status {
                               for (const HeadStamp& head : changed) {
                                 if (head.stamp.version == 0) entry.graph.Delete(head.process);
                               }
                               const auto news = NewsAmong(entry.graph, changed, now);
                               if (!news.has_value()) return absl::OkStatus();
                               return ReadHeads(reads, workspace, news->first, news->second, now,
                                                entry);
                             }));
  for (const std::string& process : entry.graph.Outdated(now))
    RETURN_IF_ERROR(ReadHeads(reads, workspace, process, process, now, entry));
  return ReadMissing(reads, workspace, entry);
}

absl::Status GraphMemory::ReadHeads(GraphReads& reads, absl::string_view workspace,
                                    absl::string_view first, absl::string_view last, absl::Time now,
                                    Entry& entry) {
  ASSIGN_OR_RETURN(const std::vector<HeadAndLatest> heads, reads.ReadHeads(workspace, first, last));
  for (const HeadAndLatest& head : heads) {
    if (entry.graph.Knows(head.process, head.stamp, now)) continue;
    entry.graph.Put(head.process, head.stamp, head.head,
                    head.latest.has_value() ? &*head.latest : nullptr, StandingOf(head.head, now));
  }
  return CheckSize(entry);
}

absl::Status GraphMemory::ReadMissing(GraphReads& reads, absl::string_view workspace,
                                      Entry& entry) {
  impact::Graph& graph = entry.graph;
  for (auto missing = graph.Missing(); !missing.empty(); missing = graph.Missing()) {
    for (const impact::RevisionKey& key : missing) {
      ASSIGN_OR_RETURN(const std::optional<v1::Process> revision,
                       reads.ReadRevision({std::string(workspace), key.process}, key.revision));
      if (!revision.has_value()) {
        return base::Internal(absl::StrCat("revision ", key.revision, " of '", key.process,
                                           "' is missing in '", workspace, "'"));
      }
      graph.AddRevision(key, *revision);
    }
    RETURN_IF_ERROR(CheckSize(entry));
  }
  return absl::OkStatus();
}

absl::Status GraphMemory::CheckSize(Entry& entry) {
  entry.too_large = entry.graph.bytes() > capacity_bytes_;
  return entry.too_large ? base::Internal("too large") : absl::OkStatus();
}

absl::Status GraphMemory::Refuse(absl::string_view workspace, Entry& entry) {
  entry.graph = impact::Graph();
  entry.watermark = 0;
  Account(std::string(workspace), 0);
  return base::Error(base::Reason::ERROR_REASON_WORKSPACE_TOO_LARGE,
                     absl::StrCat("the graph of 'workspaces/", workspace, "' takes more than the ",
                                  capacity_bytes_,
                                  " bytes that the catalog is given in graph_memory_bytes: raise "
                                  "it, or spread the processes over several workspaces"))
      .With("limit_bytes", absl::StrCat(capacity_bytes_));
}

void GraphMemory::Account(const std::string& workspace, int64_t bytes) {
  absl::MutexLock lock(&mutex_);
  auto found = entries_.find(workspace);
  if (found == entries_.end()) return;  // let go meanwhile
  bytes_ += bytes - found->second->bytes;
  found->second->bytes = bytes;
  while (bytes_ > capacity_bytes_ && entries_.size() > 1) {
    auto oldest = entries_.end();
    for (auto it = entries_.begin(); it != entries_.end(); ++it) {
      if (it->first == workspace) continue;
      if (oldest == entries_.end() || it->second->last_use < oldest->second->last_use) oldest = it;
    }
    bytes_ -= oldest->second->bytes;
    entries_.erase(oldest);
  }
}

int64_t GraphMemory::memory_bytes() const {
  absl::MutexLock lock(&mutex_);
  return bytes_;
}

}  // namespace plumbline::catalog
