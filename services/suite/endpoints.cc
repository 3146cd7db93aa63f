// SPDX-License-Identifier: Apache-2.0
#include "services/suite/endpoints.h"

#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <system_error>

#include "absl/strings/str_cat.h"
#include "common/base/error.h"

namespace plumbline::suite {

EndpointsFile::EndpointsFile(absl::string_view folder)
    : path_(absl::StrCat(folder, "/endpoints.json")) {
  Remove();
}

EndpointsFile::~EndpointsFile() { Remove(); }

void EndpointsFile::Remove() {
  std::error_code ignored;  // what is not there need not be removed
  std::filesystem::remove(path_, ignored);
}

absl::Status EndpointsFile::Write(absl::string_view address, absl::string_view admin_address,
                                  absl::string_view feeds_address) {
  // Renaming is atomic: a reader sees nothing or all of it. Addresses hold nothing that JSON would
  // escape.
  const std::string draft = path_ + ".new";
  std::ofstream file(draft);
  file << "{\"address\": \"" << address << "\", \"adminAddress\": \"" << admin_address << "\"";
  if (!feeds_address.empty()) file << ", \"feedsAddress\": \"" << feeds_address << "\"";
  file << ", \"pid\": " << getpid() << "}\n";
  file.close();
  std::error_code error;
  if (file.good()) std::filesystem::rename(draft, path_, error);
  if (file.good() && !error) return absl::OkStatus();
  return base::FieldError("data_directory",
                          absl::StrCat("does not take the file '", path_,
                                       "'; give a folder that this user may write to"));
}

}  // namespace plumbline::suite
