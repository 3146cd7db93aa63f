// SPDX-License-Identifier: Apache-2.0
//
// OCEL is read or refused with a reason, in whatever pieces it comes; its JSON likewise.
#include "services/analytics/ingest/json_elements.h"
#include "tests/fuzz/import_fuzz.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const absl::string_view text = plumbline::fuzz::Text(data, size);
  plumbline::analytics::ParseJson(text).IgnoreError();
  plumbline::analytics::ImportOptions options;
  plumbline::fuzz::Import(text, options);
  options.attributes = {"*"};
  options.object_type = "order";
  plumbline::fuzz::Import(text, options);
  return 0;
}
