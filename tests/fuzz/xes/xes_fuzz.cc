// SPDX-License-Identifier: Apache-2.0
//
// XES is read or refused with a reason, in whatever pieces it comes; and our own reader of XML
// makes no difference to expat's.
#include "services/analytics/ingest/xes_importer.h"
#include "tests/fuzz/import_fuzz.h"

namespace plumbline::fuzz {
namespace {

// What came of it, or the refusal.
std::string Outcome(absl::string_view text, const analytics::ImportOptions& options,
                    const analytics::XmlReaderOptions& xml) {
  analytics::EventDigest digest;
  const auto sink = [&](analytics::EventBatch batch) {
    digest.Add(batch);
    return absl::OkStatus();
  };
  analytics::XesImporter importer(options, sink, xml);
  absl::Status status = importer.Feed(text);
  if (status.ok()) status = importer.Finish().status();
  return absl::StrCat(digest.Finish(), " ", status.message());
}

void Compare(absl::string_view text, const analytics::ImportOptions& options) {
  const std::string ours = Outcome(text, options, {});
  const std::string expats = Outcome(text, options, {.expat_only = true});
  Check(ours == expats, "our reader and expat differ:\n" + ours + "\n" + expats);
}

}  // namespace
}  // namespace plumbline::fuzz

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const absl::string_view text = plumbline::fuzz::Text(data, size);
  plumbline::analytics::ImportOptions options;
  options.attributes = {"*"};
  plumbline::fuzz::Import(text, options);
  plumbline::fuzz::Compare(text, options);
  options.classifier = "Both";
  plumbline::fuzz::Import(text, options);
  plumbline::fuzz::Compare(text, options);
  return 0;
}
