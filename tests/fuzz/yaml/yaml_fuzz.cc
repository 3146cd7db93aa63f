// SPDX-License-Identifier: Apache-2.0
//
// YAML is read or refused with a place, never worse; what was read survives being written.
#include "common/base/error.h"
#include "common/yaml/yaml.h"
#include "plumbline/catalog/v1/process.pb.h"
#include "plumbline/common/v1/config.pb.h"
#include "tests/fuzz/fuzz.h"

namespace plumbline::fuzz {
namespace {

template <typename Message>
void ReadAndWrite(absl::string_view text) {
  Message read;
  const absl::Status status = yaml::Parse("input", text, &read);
  if (!status.ok()) {
    Check(!base::FieldViolationsOf(status).empty(), "a refusal names a place");
    Check(status.message().size() < 10'000, "a refusal is short");
    return;
  }
  const std::string written = yaml::Format(read);
  Message again;
  const absl::Status reread = yaml::Parse("written", written, &again);
  Check(reread.ok(), "what was written can be read: " + reread.ToString() + "\n" + written);
  // By bytes: messages that hold NaN are not equal to themselves.
  Check(yaml::Format(again) == written, "what was read again is the same:\n" + written);
}

}  // namespace
}  // namespace plumbline::fuzz

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace plumbline;
  fuzz::ReadAndWrite<catalog::v1::Process>(fuzz::Text(data, size));
  fuzz::ReadAndWrite<common::v1::CatalogConfig>(fuzz::Text(data, size));
  return 0;
}
