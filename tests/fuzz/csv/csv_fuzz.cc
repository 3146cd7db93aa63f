// SPDX-License-Identifier: Apache-2.0
//
// CSV is read or refused with a reason, in whatever pieces and encoding it comes.
#include "tests/fuzz/import_fuzz.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  plumbline::analytics::ImportOptions options;
  plumbline::fuzz::Import(plumbline::fuzz::Text(data, size), options);
  options.attributes = {"*"};
  options.csv.event_id_column = size % 2 == 0 ? "id" : "";
  options.csv.encoding = size % 3 == 0 ? "windows-1252" : "";
  plumbline::fuzz::Import(plumbline::fuzz::Text(data, size), options);
  return 0;
}
