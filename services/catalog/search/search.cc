// SPDX-License-Identifier: Apache-2.0
#include "services/catalog/search/search.h"

#include <algorithm>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "common/base/status_macros.h"
#include "common/flow/proto/nodes.h"
#include "services/catalog/search/words.h"

namespace plumbline::catalog {
namespace {

constexpr size_t kSnippetCharacters = 160;
constexpr size_t kBeforeFirst = 40;

// What texts say about a query: which of its words they hold, and the text that holds most.
class Finding {
 public:
  explicit Finding(const std::vector<std::string>& words) : words_(words), held_(words.size()) {}

  void Look(absl::string_view text) {
    std::vector<bool> here(words_.size());
    size_t first = absl::string_view::npos;
    for (const TextWord& word : SplitWords(text)) {
      for (size_t i = 0; i < words_.size(); ++i) {
        if (!absl::StartsWith(word.folded, words_[i])) continue;
        here[i] = held_[i] = true;
        first = std::min(first, word.begin);
      }
    }
    const auto count = static_cast<size_t>(std::count(here.begin(), here.end(), true));
    if (count <= most_) return;
    most_ = count;
    text_ = text;
    first_ = first;
  }

  size_t held() const { return static_cast<size_t>(std::count(held_.begin(), held_.end(), true)); }

  // kSnippetCharacters of the text, from a little before the first word.
  std::string Snippet() const {
    size_t begin = first_ == absl::string_view::npos ? 0 : first_;
    for (size_t left = kBeforeFirst; begin > 0 && left > 0; --left) begin = Previous(begin);
    // A word that would be cut in two is left out, unless that leaves too little.
    if (const size_t space = text_.find(' ', begin); begin > 0 && space < first_) begin = space + 1;
    size_t end = begin;
    for (size_t left = kSnippetCharacters; end < text_.size() && left > 0; --left) end = Next(end);
    std::string snippet(text_.substr(begin, end - begin));
    std::replace(snippet.begin(), snippet.end(), '\n', ' ');
    return absl::StrCat(begin > 0 ? "..." : "", snippet, end < text_.size() ? "..." : "");
  }

 private:
  bool Continues(size_t at) const {
    return at < text_.size() && (static_cast<unsigned char>(text_[at]) & 0xC0) == 0x80;
  }
  size_t Previous(size_t at) const {
    do --at;
    while (Continues(at));
    return at;
  }
  size_t Next(size_t at) const {
    do ++at;
    while (Continues(at));
    return at;
  }

  const std::vector<std::string>& words_;
  std::vector<bool> held_;
  size_t most_ = 0;
  absl::string_view text_;
  size_t first_ = absl::string_view::npos;
};

Finding LookAtHead(const v1::Process& process, const std::vector<std::string>& words) {
  Finding finding(words);
  finding.Look(process.title());
  finding.Look(process.purpose());
  finding.Look(process.owner());
  for (const auto& [label, value] : process.labels()) finding.Look(absl::string_view(value));
  for (const v1::Attribute& attribute : process.attributes()) {
    finding.Look(attribute.title());
    finding.Look(attribute.description());
    finding.Look(attribute.id());
  }
  for (const v1::Milestone& milestone : process.milestones()) {
    finding.Look(milestone.title());
    finding.Look(milestone.description());
    finding.Look(milestone.id());
  }
  return finding;
}

Finding LookAtNode(const v1::Node& node, const std::vector<std::string>& words) {
  Finding finding(words);
  finding.Look(node.title());
  finding.Look(node.step().instructions());
  for (const v1::ChecklistItem& item : node.step().checklist()) finding.Look(item.title());
  finding.Look(node.step().role());
  return finding;
}

}  // namespace

v1::ProcessMatch Explain(const v1::Process& process, const std::vector<std::string>& words) {
  v1::ProcessMatch match;
  Finding best = LookAtHead(process, words);
  size_t most = best.held();
  match.set_snippet(best.Snippet());
  flow::ForEachNode(process.root(), [&](const v1::Node& node) {
    const Finding finding = LookAtNode(node, words);
    if (finding.held() <= most) return;
    most = finding.held();
    match.set_node_id(node.id());
    match.set_node_title(node.title());
    match.set_snippet(finding.Snippet());
  });
  *match.mutable_process() = process;
  match.mutable_process()->clear_root();
  match.mutable_process()->clear_draft_authors();
  match.mutable_process()->clear_revision_lives();
  if (process.has_approval()) match.mutable_process()->mutable_approval()->clear_taken();
  return match;
}

absl::StatusOr<listing::Page<v1::ProcessMatch>> Search(SearchStore& store,
                                                       const base::CallContext& context,
                                                       const SearchQuery& query) {
  ASSIGN_OR_RETURN(const listing::Page<FoundProcess> found, store.Search(context, query));
  listing::Page<v1::ProcessMatch> page{{}, found.next};
  for (const FoundProcess& one : found.rows) {
    page.rows.push_back(Explain(one.process, query.words));
    page.rows.back().set_rank(one.rank);
  }
  return page;
}

}  // namespace plumbline::catalog
