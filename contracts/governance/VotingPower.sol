// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

import {IVotes} from "@openzeppelin/contracts/governance/utils/IVotes.sol";
import {Votes} from "@openzeppelin/contracts/governance/utils/Votes.sol";
import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {IERC6372} from "@openzeppelin/contracts/interfaces/IERC6372.sol";
import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";
import {Time} from "@openzeppelin/contracts/utils/types/Time.sol";

import {IVotingPower} from "../interfaces/governance/IVotingPower.sol";

/// @title VotingPower
/// @notice See {IVotingPower}.
/// @dev Built by the staking contract, in its constructor. Staked votes move between delegates alone, without a total of their own.
contract VotingPower is IVotingPower, Votes {
    /// @notice Whose votes in hand are counted, unless it has none.
    IERC20 public immutable OPG;
    address public immutable STAKING;
    /// @notice Whether the token counts votes itself (ERC-5805 on timestamps). Without it only stake votes.
    bool public immutable TOKEN_VOTES;

    mapping(address account => mapping(address operator => uint256)) private _stakedVotes;
    mapping(address account => uint256) private _units;

    constructor(IERC20 opg, bool tokenVotes) EIP712("OpenGradient VotingPower", "1") {
        // Fails here for a token that is said to count votes and does not.
        if (tokenVotes) IVotes(address(opg)).getVotes(address(this));
        OPG = opg;
        STAKING = msg.sender;
        TOKEN_VOTES = tokenVotes;
    }

    /// @inheritdoc IVotingPower
    function update(address account, address operator, uint256 units) external {
        if (msg.sender != STAKING) revert VotingPowerNotStaking(msg.sender);
        uint256 old = _stakedVotes[account][operator];
        if (units == old) return;

        _stakedVotes[account][operator] = units;
        _units[account] = _units[account] + units - old;
        emit StakedVotesChanged(account, operator, old, units);
        if (units > old) _moveDelegateVotes(address(0), delegates(account), units - old);
        else _moveDelegateVotes(delegates(account), address(0), old - units);
    }

    /* VIEWS */

    /// @inheritdoc IVotingPower
    function stakedVotesOf(address account, address operator) external view returns (uint256) {
        return _stakedVotes[account][operator];
    }

    /// @notice Votes delegated to `account` now, in hand and staked.
    function getVotes(address account) public view override(IVotes, Votes) returns (uint256) {
        uint256 inHand = TOKEN_VOTES ? IVotes(address(OPG)).getVotes(account) : 0;
        return inHand + super.getVotes(account);
    }

    /// @notice Votes delegated to `account` at `timepoint`, which must have passed.
    function getPastVotes(address account, uint256 timepoint) public view override(IVotes, Votes) returns (uint256) {
        uint256 inHand = TOKEN_VOTES ? IVotes(address(OPG)).getPastVotes(account, timepoint) : 0;
        return inHand + super.getPastVotes(account, timepoint);
    }

    /// @notice The token's supply at `timepoint`; of a token that does not remember it, the supply now.
    function getPastTotalSupply(uint256 timepoint) public view override(IVotes, Votes) returns (uint256) {
        _validateTimepoint(timepoint);
        return TOKEN_VOTES ? IVotes(address(OPG)).getPastTotalSupply(timepoint) : OPG.totalSupply();
    }

    /// @inheritdoc IERC6372
    function clock() public view override(IERC6372, Votes) returns (uint48) {
        return Time.timestamp();
    }

    /// @inheritdoc IERC6372
    // solhint-disable-next-line func-name-mixedcase
    function CLOCK_MODE() public pure override(IERC6372, Votes) returns (string memory) {
        return "mode=timestamp";
    }

    function _getVotingUnits(address account) internal view override returns (uint256) {
        return _units[account];
    }
}
