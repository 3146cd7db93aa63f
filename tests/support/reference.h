// SPDX-License-Identifier: Apache-2.0
//
// Figures that independent tools made of real data, and these data. They lie outside the tree: in
// $PLUMBLINE_SHARED, or in "shared" beside the tree. Tests skip what is not at hand.
#ifndef PLUMBLINE_TESTS_SUPPORT_REFERENCE_H_
#define PLUMBLINE_TESTS_SUPPORT_REFERENCE_H_

#include <google/protobuf/struct.pb.h>

#include <optional>
#include <string>
#include <vector>

namespace plumbline::testing {

using Json = google::protobuf::Value;

std::string SharedFolder();

// The whole of a file, unpacked if it is gzipped; "" if it cannot be read.
std::string ReadFile(const std::string& path);

// "reference/NAME.json" of the shared folder; nullopt where it is not there or no JSON.
std::optional<Json> ReadReference(const std::string& name);

// A member of an object. One that is not there fails the test and is null.
const Json& At(const Json& object, const std::string& key);
bool Has(const Json& object, const std::string& key);
// The same; null where it is not there.
const Json& Member(const Json& object, const std::string& key);
double Number(const Json& object, const std::string& key);
// Of an array of numbers; null is no number (NaN).
std::vector<double> Numbers(const Json& array);

}  // namespace plumbline::testing

#endif  // PLUMBLINE_TESTS_SUPPORT_REFERENCE_H_
