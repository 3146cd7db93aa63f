// SPDX-License-Identifier: Apache-2.0
#include "clients/cli/document_order.h"

#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <utility>

#include "absl/strings/str_join.h"
#include "common/base/status_macros.h"

namespace plumbline::cli {
namespace {

class Order {
 public:
  Order(Session& session, std::vector<Document> documents)
      : session_(session), documents_(std::move(documents)) {
    for (size_t i = 0; i < documents_.size(); ++i)
      by_name_[session_.ShortName(documents_[i].name())] = i;
  }

  absl::StatusOr<std::vector<Document>> Sort() {
    for (const ResourceKind* kind : AllKinds()) {
      for (size_t i = 0; i < documents_.size(); ++i) {
        if (documents_[i].kind == kind) RETURN_IF_ERROR(Visit(i));
      }
    }
    std::vector<Document> sorted;
    for (size_t i : order_) sorted.push_back(std::move(documents_[i]));
    return sorted;
  }

 private:
  absl::Status Visit(size_t index) {
    // Of a process that calls itself the catalog tells.
    if (!under_way_.empty() && under_way_.back() == index) return absl::OkStatus();
    const auto begun = std::find(under_way_.begin(), under_way_.end(), index);
    if (begun != under_way_.end()) return Cycle({begun, under_way_.end()});
    if (!seen_.insert(index).second) return absl::OkStatus();
    under_way_.push_back(index);
    const Document& document = documents_[index];
    for (const std::string& name : document.kind->NamedBy(*document.resource)) {
      const auto found = by_name_.find(name);
      if (found != by_name_.end()) RETURN_IF_ERROR(Visit(found->second));
    }
    under_way_.pop_back();
    order_.push_back(index);
    return absl::OkStatus();
  }

  absl::Status Cycle(std::vector<size_t> indices) const {
    indices.push_back(indices.front());
    std::vector<std::string> names;
    for (size_t i : indices) names.push_back(session_.ShortName(documents_[i].name()));
    const std::string chain = absl::StrJoin(names, " -> ");
    const Document& first = documents_[indices.front()];
    SpeakOf(session_, first);
    return InFile(first, first.kind->Cycle(chain));
  }

  Session& session_;
  std::vector<Document> documents_;
  std::map<std::string, size_t> by_name_;  // short
  std::set<size_t> seen_;
  std::vector<size_t> under_way_, order_;
};

}  // namespace

absl::StatusOr<std::vector<Document>> InOrder(Session& session, std::vector<Document> documents) {
  return Order(session, std::move(documents)).Sort();
}

}  // namespace plumbline::cli
