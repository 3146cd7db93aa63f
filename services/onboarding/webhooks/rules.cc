// SPDX-License-Identifier: Apache-2.0
#include "services/onboarding/webhooks/rules.h"

#include <algorithm>
#include <vector>

#include "absl/strings/str_cat.h"
#include "common/base/error.h"
#include "common/base/ids.h"
#include "services/onboarding/feed/entry_filter.h"

namespace plumbline::onboarding::webhooks {
namespace {

constexpr size_t kMostDescription = 1000;
constexpr int kMostLabels = 64;
constexpr size_t kMostLabel = 200;

class Checker {
 public:
  explicit Checker(absl::string_view path) : path_(path) {}

  void Wrong(absl::string_view field, absl::string_view description) {
    violations_.push_back({absl::StrCat(path_, ".", field), std::string(description)});
  }
  void AtMost(absl::string_view field, absl::string_view text, size_t most) {
    const size_t length = Characters(text);
    if (length > most)
      Wrong(field, absl::StrCat("has ", length, " characters; shorten it to ", most));
  }
  void Add(const absl::Status& status) {
    for (base::FieldViolation& one : base::FieldViolationsOf(status))
      violations_.push_back(std::move(one));
  }
  absl::Status status() const { return base::FieldErrors(violations_); }

 private:
  const std::string path_;
  std::vector<base::FieldViolation> violations_;
};

void CheckLabels(const v1::Webhook& webhook, absl::string_view path, Checker* check) {
  if (webhook.labels_size() > kMostLabels) {
    check->Wrong("labels",
                 absl::StrCat("has ", webhook.labels_size(), " entries; at most ", kMostLabels));
    return;
  }
  for (const auto& [key, value] : webhook.labels()) {
    check->Add(base::CheckId(absl::StrCat(path, ".labels"), key));
    check->AtMost(absl::StrCat("labels.", key), value, kMostLabel);
  }
}

}  // namespace

size_t Characters(absl::string_view text) {
  return static_cast<size_t>(std::count_if(text.begin(), text.end(), [](char c) {
    return (static_cast<unsigned char>(c) & 0xC0) != 0x80;
  }));
}

absl::Span<const absl::string_view> ContentFields() {
  static constexpr absl::string_view kFields[] = {"url",   "description", "filter",
                                                  "state", "labels",      "calls_only"};
  return kFields;
}

absl::Status CheckContent(const v1::Webhook& webhook, absl::string_view path,
                          const UrlPolicy& policy) {
  Checker check(path);
  if (const std::string fault = webhook::UrlFault(webhook.url(), policy); !fault.empty())
    check.Wrong("url", fault);
  check.AtMost("description", webhook.description(), kMostDescription);
  check.Add(EntryFilter::Create(absl::StrCat(path, ".filter"), webhook.filter()).status());
  if (!v1::Webhook::State_IsValid(webhook.state()))
    check.Wrong("state", "is unknown; choose ENABLED or DISABLED");
  CheckLabels(webhook, path, &check);
  return check.status();
}

}  // namespace plumbline::onboarding::webhooks
