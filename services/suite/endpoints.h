// SPDX-License-Identifier: Apache-2.0
#ifndef PLUMBLINE_SERVICES_SUITE_ENDPOINTS_H_
#define PLUMBLINE_SERVICES_SUITE_ENDPOINTS_H_

#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"

namespace plumbline::suite {

// FOLDER/endpoints.json: {"address": "127.0.0.1:7600", "adminAddress": "127.0.0.1:40123",
// "feedsAddress": "127.0.0.1:7610", "pid": 4711}; without feedsAddress where no feeds are served.
// It is there while a suite serves, so that scripts learn the ports that were free.
class EndpointsFile {
 public:
  // Removes one that a killed suite left behind.
  explicit EndpointsFile(absl::string_view folder);
  ~EndpointsFile();  // removes it
  EndpointsFile(const EndpointsFile&) = delete;
  EndpointsFile& operator=(const EndpointsFile&) = delete;

  // Writes it whole or not at all. FIELD_INVALID for data_directory if that is not possible.
  absl::Status Write(absl::string_view address, absl::string_view admin_address,
                     absl::string_view feeds_address);

 private:
  void Remove();
  const std::string path_;
};

}  // namespace plumbline::suite

#endif  // PLUMBLINE_SERVICES_SUITE_ENDPOINTS_H_
