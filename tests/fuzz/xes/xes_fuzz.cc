// SPDX-License-Identifier: Apache-2.0
//
// XES is read or refused with a reason, in whatever pieces it comes.
#include "tests/fuzz/import_fuzz.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  plumbline::analytics::ImportOptions options;
  options.attributes = {"*"};
  plumbline::fuzz::Import(plumbline::fuzz::Text(data, size), options);
  options.classifier = "Both";
  plumbline::fuzz::Import(plumbline::fuzz::Text(data, size), options);
  return 0;
}
