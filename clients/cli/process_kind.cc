// SPDX-License-Identifier: Apache-2.0
#include <sstream>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "clients/cli/composition.h"
#include "clients/cli/diff_view.h"
#include "clients/cli/resource_kinds.h"
#include "clients/cli/standard_kind.h"
#include "common/base/status_macros.h"
#include "common/flow/validate.h"
#include "plumbline/catalog/v1/catalog_service.pb.h"

namespace plumbline::cli {
namespace {

namespace pb = catalog::v1;

constexpr StandardWords kWords = {"processes/ID", "processes", "process", "Process",
                                  "Process",      "Processes", kCatalog};

class Processes final : public StandardKind {
 public:
  Processes() : StandardKind(kWords, *pb::GetProcessRequest::descriptor()->file()) {}

  bool has_drafts() const override { return true; }

  // Steps that it uses are of a kind that is applied before.
  std::vector<std::string> NamedBy(const Message& process) const override {
    std::vector<std::string> names;
    for (const std::string& text : CallsOf(static_cast<const pb::Process&>(process))) {
      const std::string name = text.substr(0, text.find('@'));
      names.push_back(name);
      const auto called = flow::ParseCalled(text);
      if (called.has_value() && !called->tag.empty())
        names.push_back(absl::StrCat(name, "/tags/", called->tag));
    }
    return names;
  }

  // The catalog's own comparison, which knows what changes mean for running instances.
  absl::StatusOr<std::vector<std::string>> Differences(Session& session, const Message& before,
                                                       const Message& after) const override {
    pb::DiffRevisionsRequest request;
    request.set_name(TextOf(before, "name"));
    *request.mutable_content() = static_cast<const pb::Process&>(*ContentOf(after));
    pb::DiffRevisionsResponse response;
    RETURN_IF_ERROR(session.Call(kCatalog, "DiffRevisions", request, &response));
    std::ostringstream text;
    PrintDifferences(response, /*colour=*/false, text);
    return std::vector<std::string>(absl::StrSplit(text.str(), '\n', absl::SkipEmpty()));
  }
};

}  // namespace

const ResourceKind* ProcessKind() {
  static const auto* const kKind = new Processes();
  return kKind;
}

}  // namespace plumbline::cli
