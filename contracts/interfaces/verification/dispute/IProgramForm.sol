// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

import {IStepVerifier} from "./IStepVerifier.sol";

/// @title IProgramForm
/// @notice Says what is wrong with a program, from its header and one record or two. The closed list of conditions stands in
/// `docs/programs.md` under "Well-formed programs"; the SDK's `validateProgram` checks the same and, besides, what needs all weights.
interface IProgramForm {
    /// @notice The condition of that list that is broken.
    enum Fault {
        None,
        Header, // alone, or disagrees with its first or last record, or with the step of any
        Shape,
        Kernel,
        Rescale,
        OperandA,
        OperandB,
        Constants,
        Limit,
        Adjacency,
        Producer
    }

    /// @notice One record or two are judged at a time, or none: the header alone.
    error ProgramFormTooManyRecords(uint256 given);
    /// @notice The second record is neither the next one nor one that an operand of the first names.
    error ProgramFormUnrelated(uint256 first, uint256 second);

    /// @notice The first fault that the header and `record` show alone or together with `other`; `None` if none.
    /// @param records none, one, or two of which the second is the next one, or one that an operand of the first names.
    /// @dev Reverts for records that are not the program's.
    function faultOf(
        bytes32 programRoot,
        IStepVerifier.OpenedHeader calldata header,
        IStepVerifier.OpenedRecord[] calldata records
    ) external pure returns (Fault);
}
