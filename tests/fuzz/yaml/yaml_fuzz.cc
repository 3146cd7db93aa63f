// SPDX-License-Identifier: Apache-2.0
//
// YAML is read or refused with a place, never worse; what was read survives being written; and what
// is read quickly is what libyaml reads.
#include <string>
#include <vector>

#include "common/base/error.h"
#include "common/yaml/document.h"
#include "common/yaml/quick.h"
#include "common/yaml/text.h"
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

void Same(const yaml::Value& a, const yaml::Value& b) {
  Check(a.kind == b.kind && a.text == b.text && a.quoted == b.quoted &&
            a.position.line == b.position.line && a.position.column == b.position.column &&
            a.children.size() == b.children.size(),
        "what is read quickly is what libyaml reads");
  for (size_t i = 0; i < a.children.size(); ++i) Same(a.children[i], b.children[i]);
}

void ReadInBothWays(absl::string_view text) {
  std::string normal;
  std::vector<yaml::Problem> problems;
  yaml::Value quick, thorough;
  if (!yaml::NormalizeText(text, &normal, &problems)) return;
  if (!yaml::ReadQuickly(normal, "", &quick)) return;
  yaml::ReadWithLibyaml(normal, "", &thorough, &problems);
  Check(problems.empty(), "what is read quickly is not refused by libyaml");
  Same(quick, thorough);
}

}  // namespace
}  // namespace plumbline::fuzz

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace plumbline;
  fuzz::ReadInBothWays(fuzz::Text(data, size));
  fuzz::ReadAndWrite<catalog::v1::Process>(fuzz::Text(data, size));
  fuzz::ReadAndWrite<common::v1::CatalogConfig>(fuzz::Text(data, size));
  return 0;
}
