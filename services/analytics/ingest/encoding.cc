// SPDX-License-Identifier: Apache-2.0
#include "services/analytics/ingest/encoding.h"

#include <iconv.h>

#include <algorithm>
#include <cerrno>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "common/base/error.h"
#include "services/analytics/ingest/text.h"

namespace plumbline::analytics {
namespace {

constexpr absl::string_view kReplacement = "\xef\xbf\xbd";
// No character of any encoding is longer, shifts included.
constexpr size_t kMaxCharacter = 16;

// Only what names of encodings are made of goes to the C library: it takes a suffix "//..." for an
// instruction, and a name for part of a path.
bool MayBeAName(absl::string_view name) {
  return name.size() <= 40 && std::all_of(name.begin(), name.end(), [](char c) {
           return absl::ascii_isalnum(static_cast<unsigned char>(c)) || c == '-' || c == '_' ||
                  c == ':';
         });
}

// The library knows no "utf16le".
std::string NameFor(absl::string_view name) {
  std::string upper = absl::AsciiStrToUpper(name);
  if (absl::StartsWith(upper, "UTF") && upper.size() > 3 && upper[3] != '-') upper.insert(3, "-");
  return upper;
}

}  // namespace

absl::StatusOr<std::unique_ptr<Transcoder>> Transcoder::Create(absl::string_view name) {
  const std::string upper = NameFor(name);
  if (upper.empty() || upper == "UTF-8") return nullptr;
  iconv_t handle = reinterpret_cast<iconv_t>(-1);
  if (MayBeAName(upper)) handle = iconv_open("UTF-8", upper.c_str());
  if (handle == reinterpret_cast<iconv_t>(-1)) {
    return base::FieldError(
        "csv.encoding",
        absl::StrCat(Quote(name),
                     " is no encoding that is known; write one like 'windows-1252', 'iso-8859-1', "
                     "'utf-16le' or 'shift_jis', or leave it out for UTF-8"));
  }
  return std::unique_ptr<Transcoder>(new Transcoder(handle));
}

Transcoder::~Transcoder() { iconv_close(handle_); }

void Transcoder::Decode(absl::string_view bytes, std::string* out) {
  pending_.append(bytes.data(), bytes.size());
  char* in = pending_.data();
  size_t left = pending_.size();
  char buffer[16 << 10];
  while (left > 0) {
    char* to = buffer;
    size_t room = sizeof(buffer);
    const size_t result = iconv(handle_, &in, &left, &to, &room);
    const int error = result == static_cast<size_t>(-1) ? errno : 0;
    out->append(buffer, sizeof(buffer) - room);
    if (error == EINVAL && left < kMaxCharacter) break;  // incomplete: the rest comes
    if (error != EILSEQ && error != EINVAL) continue;    // done, or no room
    out->append(kReplacement.data(), kReplacement.size());
    ++in;
    --left;
  }
  pending_.erase(0, pending_.size() - left);
}

}  // namespace plumbline::analytics
