// Any octets: what parses as a frame is written back as the same octets, and what does not names a defect
// that lies within the input.

#include <meterlink/mbus/frame.hpp>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>

#include "require.hpp"

namespace {

using namespace meterlink;

using meterlink::fuzzing::require;

template <class View, class Owner>
void round_trip(bytes_view input) {
    const auto view = View::parse(input);
    if (!view) {
        require(view.error().offset <= input.size());
        return;
    }
    const auto owner = Owner::from(*view);
    std::array<std::uint8_t, mbus::max_frame_size> out{};
    require(owner.wire_size() == input.size() && owner.emit(out) == input.size());
    require(std::equal(input.begin(), input.end(), out.begin()));
    require(Owner::from(*View::parse(bytes_view{out}.first(input.size()))) == owner);
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const bytes_view input{data, size};
    round_trip<mbus::ack_view, mbus::ack>(input);
    round_trip<mbus::short_frame_view, mbus::short_frame>(input);
    round_trip<mbus::control_frame_view, mbus::control_frame>(input);
    round_trip<mbus::long_frame_view, mbus::long_frame>(input);

    const auto announced = mbus::announced_frame_size(input);
    const auto view = mbus::parse_frame(input);
    if (!view) {
        require(view.error().offset <= input.size());
        return 0;
    }
    require(announced == size && mbus::wire(*view).data() == data);
    const auto owner = mbus::frame::from(*view);
    require(owner.kind() == mbus::kind(*view));
    std::array<std::uint8_t, mbus::max_frame_size> out{};
    require(owner.emit(out) == size && std::equal(input.begin(), input.end(), out.begin()));
    require(owner.emit(bytes_span{out}.first(size - 1)).error().code == errc::buffer_too_small);
    if (const auto carrier = mbus::as_long_frame(*view))
        require(carrier->payload().size() == size - 8 && carrier->payload()[0] == carrier->ci());
    return 0;
}
