// SPDX-License-Identifier: Apache-2.0
#include "clients/cli/unknown_waits.h"

#include "absl/strings/str_cat.h"
#include "clients/cli/units.h"

namespace plumbline::cli {

void PrintUnknownWaits(int64_t case_count, double seconds, const Paper& paper) {
  if (case_count == 0) return;
  const SpanWords span(paper);
  paper.out << Wrap(absl::StrCat(Number(case_count, "open case waits", "open cases wait"),
                                 " for a step that no event names (it is not scheduled): ",
                                 span(seconds), " so far, counted at no step."),
                    paper.width, 2)
            << "\n";
}

}  // namespace plumbline::cli
