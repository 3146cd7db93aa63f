// SPDX-License-Identifier: Apache-2.0
//
// What may be meant by a name that is not known, or else which names there are.
#ifndef PLUMBLINE_COMMON_BASE_INSTEAD_H_
#define PLUMBLINE_COMMON_BASE_INSTEAD_H_

#include <string>
#include <vector>

#include "absl/strings/string_view.h"

namespace plumbline::base {

// The nearest of `names` (see Nearest), else one that holds `word`, or is held by it, as a whole
// part: 'legal-queue' of 'legal', 'region' of 'case:region'; "" for none. Letter case aside.
std::string Meant(absl::string_view word, const std::vector<std::string>& names);

// The end of a sentence: "; did you mean 'crm'?", or where none may be meant what there is: ";
// there are 'cpq', 'crm' and 12 more", "; there is only 'crm'", "; there are none". In the order of
// `names`, at most `most` of them.
std::string Instead(absl::string_view word, const std::vector<std::string>& names, size_t most = 8);

}  // namespace plumbline::base

#endif  // PLUMBLINE_COMMON_BASE_INSTEAD_H_
