// SPDX-License-Identifier: Apache-2.0
//
// Signatures by the Standard Webhooks scheme (standardwebhooks.com, "Symmetric"): HMAC-SHA256 over
// "{id}.{timestamp}.{body}", written "v1,{base64}", several with spaces between.
#ifndef PLUMBLINE_COMMON_WEBHOOK_SIGNATURE_H_
#define PLUMBLINE_COMMON_WEBHOOK_SIGNATURE_H_

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "common/base/random.h"

namespace plumbline::webhook {

// A new secret: "whsec_" and base64 of 32 bytes.
std::string NewSecret(const base::Chance& chance);

// OK, or FIELD_INVALID of `field`, which does not quote the value: it must be "whsec_" and base64
// of 24 to 64 bytes.
absl::Status CheckSecret(absl::string_view field, absl::string_view secret);

// The header webhook-signature, with a signature for each of `secrets`, which CheckSecret takes.
std::string Sign(const std::vector<std::string>& secrets, absl::string_view id, absl::Time time,
                 absl::string_view body);

}  // namespace plumbline::webhook

#endif  // PLUMBLINE_COMMON_WEBHOOK_SIGNATURE_H_
