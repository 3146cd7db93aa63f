// SPDX-License-Identifier: Apache-2.0
#include "clients/cli/kept.h"

#include "absl/strings/str_cat.h"
#include "clients/cli/parallel.h"
#include "plumbline/catalog/v1/process.pb.h"

namespace plumbline::cli {

std::vector<Kept> AskForKept(Session& session, std::vector<Document>& documents, bool revisions) {
  std::vector<Kept> all(documents.size());
  InParallel(documents.size(), kCallsAtOnce, [&](size_t i) {
    const Document& document = documents[i];
    Kept& kept = all[i];
    kept.present = document.kind->Find(session, document.name());
    if (!kept.present.ok() || *kept.present == nullptr) return true;
    const Message& present = **kept.present;
    SetText("etag", TextOf(present, "etag"), document.resource.get());
    kept.same = SameContent(present, *document.resource);
    if (!revisions || !document.kind->has_drafts()) return true;
    const auto& process = static_cast<const catalog::v1::Process&>(present);
    if (process.latest_revision() > 0) {
      kept.latest = document.kind->Find(
          session, absl::StrCat(process.name(), "@", process.latest_revision()));
    }
    return true;
  });
  return all;
}

}  // namespace plumbline::cli
