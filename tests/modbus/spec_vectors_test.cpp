// The examples of the standard in the larger corpus: every PDU is taken apart, built again, and answers its
// request.

#include <meterlink/modbus/pdu_size.hpp>
#include <meterlink/modbus/reply_check.hpp>

#include <map>
#include <string>

#include "corpus/corpus.hpp"
#include "pdu_cases.hpp"

using namespace meterlink;
using namespace meterlink::modbus;
using namespace meterlink::test;

namespace {

const char* const file = "other/modbus.jsonl";

/// `wire` parsed and written again; empty where it is refused.
using rebuild = octets (*)(const octets& wire);

template <class T>
octets rebuilt_value(const octets& wire) {
    const auto value = T::parse(wire);
    return value ? to_bytes(*value) : octets{};
}

template <class View, class Owner>
octets rebuilt(const octets& wire) {
    const auto view = View::parse(wire);
    return view ? to_bytes(Owner::from(*view)) : octets{};
}

struct codec {
    rebuild request;
    rebuild response;
};

const std::map<function, codec> codecs{
    {function::read_coils,
     {rebuilt_value<read_coils_request>, rebuilt<read_coils_response_view, read_coils_response>}},
    {function::read_discrete_inputs,
     {rebuilt_value<read_discrete_inputs_request>,
      rebuilt<read_discrete_inputs_response_view, read_discrete_inputs_response>}},
    {function::read_holding_registers,
     {rebuilt_value<read_holding_registers_request>,
      rebuilt<read_holding_registers_response_view, read_holding_registers_response>}},
    {function::read_input_registers,
     {rebuilt_value<read_input_registers_request>,
      rebuilt<read_input_registers_response_view, read_input_registers_response>}},
    {function::write_single_coil,
     {rebuilt_value<write_single_coil_request>, rebuilt_value<write_single_coil_response>}},
    {function::write_single_register,
     {rebuilt_value<write_single_register_request>, rebuilt_value<write_single_register_response>}},
    {function::read_exception_status,
     {rebuilt_value<read_exception_status_request>, rebuilt_value<read_exception_status_response>}},
    {function::diagnostics, {rebuilt<diagnostics_view, diagnostics>, rebuilt<diagnostics_view, diagnostics>}},
    {function::get_comm_event_counter,
     {rebuilt_value<get_comm_event_counter_request>, rebuilt_value<get_comm_event_counter_response>}},
    {function::get_comm_event_log,
     {rebuilt_value<get_comm_event_log_request>,
      rebuilt<get_comm_event_log_response_view, get_comm_event_log_response>}},
    {function::write_multiple_coils,
     {rebuilt<write_multiple_coils_request_view, write_multiple_coils_request>,
      rebuilt_value<write_multiple_coils_response>}},
    {function::write_multiple_registers,
     {rebuilt<write_multiple_registers_request_view, write_multiple_registers_request>,
      rebuilt_value<write_multiple_registers_response>}},
    {function::report_server_id,
     {rebuilt_value<report_server_id_request>,
      rebuilt<report_server_id_response_view, report_server_id_response>}},
    {function::read_file_record,
     {rebuilt<read_file_record_request_view, read_file_record_request>,
      rebuilt<read_file_record_response_view, read_file_record_response>}},
    {function::write_file_record,
     {rebuilt<write_file_record_request_view, write_file_record_request>,
      rebuilt<write_file_record_response_view, write_file_record_response>}},
    {function::mask_write_register,
     {rebuilt_value<mask_write_register_request>, rebuilt_value<mask_write_register_response>}},
    {function::read_write_multiple_registers,
     {rebuilt<read_write_multiple_registers_request_view, read_write_multiple_registers_request>,
      rebuilt<read_write_multiple_registers_response_view, read_write_multiple_registers_response>}},
    {function::read_fifo_queue,
     {rebuilt_value<read_fifo_queue_request>,
      rebuilt<read_fifo_queue_response_view, read_fifo_queue_response>}},
    {function::encapsulated_interface,
     {rebuilt_value<read_device_identification_request>,
      rebuilt<read_device_identification_response_view, read_device_identification_response>}},
};

const codec& codec_of(const octets& pdu) {
    return codecs.at(static_cast<function>(pdu.at(0) & ~exception_flag));
}

octets rebuilt_response(const octets& pdu) {
    return is_exception(pdu.at(0)) ? rebuilt_value<exception_response>(pdu) : codec_of(pdu).response(pdu);
}

/// The registers that a response to reading registers, or a request to write them, holds.
std::vector<std::uint16_t> registers_in(const octets& request, const octets& response) {
    const auto list = [](register_view registers) {
        return std::vector<std::uint16_t>{registers.begin(), registers.end()};
    };
    switch (static_cast<function>(request[0])) {
    case function::read_holding_registers:
        return list(read_holding_registers_response_view::parse(response)->registers());
    case function::read_input_registers:
        return list(read_input_registers_response_view::parse(response)->registers());
    case function::write_multiple_registers:
        return list(write_multiple_registers_request_view::parse(request)->values());
    case function::read_write_multiple_registers:
        return list(read_write_multiple_registers_response_view::parse(response)->registers());
    case function::read_fifo_queue: return list(read_fifo_queue_response_view::parse(response)->registers());
    default: return {};
    }
}

/// The PDU of a line that has one: named as such, or inside a frame whose ends are known.
octets framed_pdu(const json& line) {
    if (line.contains("pdu"))
        return octets_of(line, "pdu");
    auto frame = octets_of(line);
    if (string_in(line, "layer") != "rtu" || frame.size() < 4)
        return {};
    return {frame.begin() + 1, frame.end() - 2};
}

} // namespace

TEST_CASE("the examples of the standard are taken apart and built and answer their requests") {
    for (const auto& line : corpus_lines(file)) {
        if (string_in(line, "layer") != "pdu")
            continue;
        INFO(string_in(line, "name"));
        const auto request = octets_of(line, "request");
        const auto response = octets_of(line, "response");
        REQUIRE_FALSE(request.empty());
        REQUIRE_FALSE(response.empty());
        CHECK(request_size(request) == request.size());
        CHECK(response_size(response) == response.size());
        CHECK(codec_of(request).request(request) == request);
        CHECK(rebuilt_response(response) == response);
        CHECK(check_reply(request, response).has_value());
        const auto& meaning = line.at("meaning");
        for (const char* const key : {"registers", "values"})
            if (meaning.contains(key))
                CHECK(registers_in(request, response) == meaning[key].get<std::vector<std::uint16_t>>());
        if (meaning.contains("exception"))
            CHECK(static_cast<int>(exception_response::parse(response)->reason) == meaning["exception"]);
    }
}

TEST_CASE("the coils of the standard read as it says") {
    for (const auto& line : corpus_lines(file)) {
        if (!line.contains("meaning") || !line["meaning"].contains("bits"))
            continue;
        INFO(string_in(line, "name"));
        const auto response = octets_of(line, "response");
        const auto view = read_coils_response_view::parse(response);
        REQUIRE(view);
        const auto expected = string_in(line["meaning"], "bits");
        std::string digits;
        for (const bool bit : view->bits(expected.size()))
            digits += bit ? '1' : '0';
        CHECK(digits == expected);
    }
}

TEST_CASE("the PDUs inside the frames of the corpus have the length that they tell") {
    for (const auto& line : corpus_lines(file)) {
        const auto pdu = framed_pdu(line);
        if (pdu.empty())
            continue;
        INFO(string_in(line, "name"));
        const auto as_request = request_size(pdu);
        const auto as_response = response_size(pdu);
        CHECK((as_request == pdu.size() || as_response == pdu.size()));
        if (as_request == pdu.size())
            CHECK(codec_of(pdu).request(pdu) == pdu);
        if (as_response == pdu.size())
            CHECK(rebuilt_response(pdu) == pdu);
    }
}
